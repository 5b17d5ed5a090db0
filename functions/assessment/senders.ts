/**
 * What a given sender would do with mail to a domain: it walks the MX hosts by preference (RFC 5321
 * section 5.1), passes over those that a policy it honours forbids, and delivers to the first that will do. Any
 * host it does not pass over may be the one that takes the mail on a bad day, or the only one that an attacker
 * leaves, so the weakest of them is the answer.
 */
import type { SenderName } from '../environment.ts';
import type { MtaStsState } from './mta-sts.ts';
import type { SenderHost } from './sender-host.ts';
import type { AddressStep, SenderBecause } from './sender-step.ts';
import { atHost } from './sender-step.ts';
import type { SenderBehaviour, SenderRow } from './senders-table.ts';
import { SENDERS_TABLE, behavioursOf } from './senders-table.ts';

export type SenderOutcomeCode =
  /** Encrypted, to a server known to be the right one, or not sent. */
  | 'authenticated'
  /** Encrypted as things are; the server could be an impostor, and some senders could be talked out of it. */
  | 'encrypted'
  /** At least one server that may take the mail would get it in clear. */
  | 'plaintext-possible'
  /** No server will do; the mail is deferred or bounces. */
  | 'refused'
  | 'unknown';

/** What the sender does at one host. */
export interface SenderStep extends AddressStep {
  readonly host: string;
  readonly preference: number;
}

export interface SenderJudgement {
  readonly sender: SenderName;
  readonly outcome: SenderOutcomeCode;
  /** What decided, and at which host; null when there is none. */
  readonly because: SenderBecause;
  readonly host: string | null;
  /** Every host in the order of the walk. */
  readonly walk: readonly SenderStep[];
}

/**
 * States what every sender of the table would do.
 * @param hosts in any order; null: they could not be looked up
 */
export function assessSenders(
  hosts: readonly SenderHost[] | null,
  mtaSts: MtaStsState,
): readonly SenderJudgement[] {
  return SENDERS_TABLE.map((row) =>
    hosts === null
      ? { sender: row.sender, outcome: 'unknown', because: 'mx-unavailable', host: null, walk: [] }
      : assessSender(row, hosts, mtaSts),
  );
}

/** States what one sender would do, as far as its documents let one say. */
function assessSender(row: SenderRow, hosts: readonly SenderHost[], mtaSts: MtaStsState): SenderJudgement {
  return behavioursOf(row)
    .map((behaviour) => walkHosts(behaviour, hosts, mtaSts))
    .reduce(eitherOf);
}

/** What is true of both: mail that may go in clear may, and mail that is encrypted either way is encrypted. */
function eitherOf(one: SenderJudgement, other: SenderJudgement): SenderJudgement {
  const [plain, encrypted, authenticated] = WEAKER_FIRST.map((outcome) =>
    [one, other].find((judgement) => judgement.outcome === outcome),
  );
  if (plain !== undefined) return plain;
  if (one.outcome === other.outcome) return one;
  if (encrypted !== undefined && authenticated !== undefined) return encrypted;
  return { ...one, outcome: 'unknown', because: 'behaviour-unknown', host: null };
}

const WEAKER_FIRST = ['plaintext-possible', 'encrypted', 'authenticated'] as const;

function walkHosts(
  behaviour: SenderBehaviour,
  hosts: readonly SenderHost[],
  mtaSts: MtaStsState,
): SenderJudgement {
  const walk = hosts
    .toSorted((a, b) => a.preference - b.preference)
    .map((host) => ({ host: host.host, preference: host.preference, ...atHost(behaviour, host, mtaSts) }));
  const { step, outcome } = decide(walk);
  const because = step?.because ?? 'no-host';
  return { sender: behaviour.sender, outcome, because, host: step?.host ?? null, walk };
}

function decide(walk: readonly SenderStep[]): {
  readonly step: SenderStep | undefined;
  readonly outcome: SenderOutcomeCode;
} {
  const usable = walk.filter(({ outcome }) => outcome !== 'skipped');
  const [first] = usable;
  if (first === undefined) return { step: walk[0], outcome: walk.length === 0 ? 'unknown' : 'refused' };
  const plain = usable.find(({ outcome }) => outcome === 'plaintext');
  if (plain !== undefined) return { step: plain, outcome: 'plaintext-possible' };
  // A failed lookup could hide that the sender goes on in clear at that host, however late it comes.
  const hidden = usable.find(({ because, atLeast }) => because.endsWith('-unavailable') && atLeast === null);
  if (hidden !== undefined) return { step: hidden, outcome: 'unknown' };
  const known = usable.filter(({ outcome }) => outcome !== 'unknown');
  const openFirst = usable.find(
    ({ outcome, atLeast, preference }) =>
      outcome === 'unknown' && atLeast === null && preference === first.preference,
  );
  if (openFirst !== undefined || known.length === 0) return { step: openFirst ?? first, outcome: 'unknown' };
  const weak = usable.find(({ outcome, atLeast }) => outcome === 'encrypted' || atLeast === 'encrypted');
  if (weak !== undefined)
    return { step: weak.outcome === 'encrypted' ? weak : known[0], outcome: 'encrypted' };
  const open = usable.find(({ outcome, atLeast }) => outcome === 'unknown' && atLeast === null);
  if (open !== undefined) return { step: open, outcome: 'unknown' };
  // Whoever forges an address for a host that has none is the server there.
  const forgeable = walk.find(
    ({ because, atLeast }) => because === 'leads-nowhere' && atLeast !== 'authenticated',
  );
  return forgeable === undefined
    ? { step: known[0], outcome: 'authenticated' }
    : { step: forgeable, outcome: 'encrypted' };
}
