/** What a domain publishes and what senders make of it, in the few words that a page and a terminal share. */
import type { Report } from './report-schema.ts';

const POLICY_WORDS: Readonly<Record<Report['policy']['dane']['status'], string>> = {
  none: 'none',
  valid: 'valid',
  partial: 'on some servers only',
  invalid: 'wrong',
  unusable: 'published, and of no use to any sender',
  bogus: 'broken or forged (DNSSEC)',
  unavailable: 'could not be looked up',
  'not-tested': 'not tested',
};

/** States each kind of policy in a phrase. */
export function policyStates({
  mtaSts,
  dane,
  tlsReporting,
}: Report['policy']): readonly { readonly name: string; readonly state: string }[] {
  const mode = mtaSts.mode === null ? '' : `, mode ${mtaSts.mode}`;
  const failure = mtaSts.failure === null ? '' : ` (${mtaSts.failure})`;
  const rua = tlsReporting.rua.length === 0 ? '' : `, to ${tlsReporting.rua.slice(0, 4).join(', ')}`;
  return [
    { name: 'MTA-STS', state: `${POLICY_WORDS[mtaSts.status]}${mode}${failure}` },
    { name: 'DANE (TLSA)', state: POLICY_WORDS[dane.status] },
    { name: 'TLS reporting', state: `${POLICY_WORDS[tlsReporting.status]}${rua}` },
  ];
}

/** How each sender is called where there is little room. */
const SENDER_LABELS: Readonly<Record<Report['senders'][number]['sender'], string>> = {
  gmail: 'Gmail',
  'exchange-online': 'Microsoft 365',
  'exchange-server': 'Exchange Server',
  yahoo: 'Yahoo',
  'amazon-ses': 'Amazon SES',
  'postfix-may': 'Postfix, as it comes',
  'postfix-dane': 'Postfix with DANE',
  'must-encrypt': 'A sender told to encrypt',
  'must-verify': 'A sender told to check certificates',
  'workspace-require-tls': 'Google Workspace, told to require TLS',
};

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
    const names = group.map(({ sender }) => `${SENDER_LABELS[sender]}${key === 'ours' ? ' (ours)' : ''}`);
    return [{ names, outcome: first.outcome, because: first.because }];
  });
}
