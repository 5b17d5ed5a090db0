/** What a domain publishes and what senders make of it, in the few words that a page and a terminal share. */
import { SENDER_NAMES } from './policy-wording.ts';
import type { Report } from './report-schema.ts';

const MTA_STS_WORDS: Readonly<Record<Report['policy']['mtaSts']['status'], string>> = {
  none: 'none',
  valid: 'valid',
  invalid: 'cannot be used',
  unavailable: 'could not be seen',
};

const DANE_WORDS: Readonly<Record<Report['policy']['dane']['status'], string>> = {
  none: 'none',
  valid: 'valid',
  partial: 'holds in part only',
  invalid: 'does not hold',
  unusable: "requires encryption, and proves nobody's identity",
  bogus: 'broken or forged (DNSSEC)',
  unavailable: 'could not be looked up',
  'not-tested': 'not tested',
};

const TLS_REPORTING_WORDS: Readonly<Record<Report['policy']['tlsReporting']['status'], string>> = {
  none: 'none',
  valid: 'valid',
  invalid: 'cannot be read',
  unavailable: 'could not be looked up',
};

/** States each kind of policy in a phrase. */
export function policyStates({
  mtaSts,
  dane,
  tlsReporting,
}: Report['policy']): readonly { readonly name: string; readonly state: string }[] {
  const mode = mtaSts.mode === null ? '' : `, mode ${mtaSts.mode}`;
  // Senders' reports have the same word for it (RFC 8460 section 4.3).
  const failure = mtaSts.status === 'invalid' ? ` (${mtaSts.failure})` : '';
  const rua = tlsReporting.rua.length === 0 ? '' : `, to ${tlsReporting.rua.slice(0, 4).join(', ')}`;
  return [
    { name: 'MTA-STS', state: `${MTA_STS_WORDS[mtaSts.status]}${mode}${failure}` },
    { name: 'DANE (TLSA)', state: DANE_WORDS[dane.status] },
    { name: 'TLS reporting', state: `${TLS_REPORTING_WORDS[tlsReporting.status]}${rua}` },
  ];
}

type Sender = Report['senders'][number];

/** Who sends our mail comes first. */
export function sendersOursFirst(senders: readonly Sender[], ours: Sender | null): readonly Sender[] {
  const others = senders.filter(({ sender }) => sender !== ours?.sender);
  return ours === null ? others : [ours, ...others];
}

/** Senders of whom the same is to be said. */
export interface Alike extends Pick<Sender, 'outcome' | 'because'> {
  readonly names: readonly string[];
}

/** Senders that do the same for the same reason share a line; ours has its own. */
export function alike(senders: readonly Sender[], ours: Sender | null): readonly Alike[] {
  const groups = Map.groupBy(senders, ({ sender, outcome, because }) =>
    sender === ours?.sender ? 'ours' : `${outcome} ${because}`,
  );
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.map(({ sender }) => `${SENDER_NAMES[sender]}${key === 'ours' ? ' (ours)' : ''}`);
    return [{ names, outcome: first.outcome, because: first.because }];
  });
}
