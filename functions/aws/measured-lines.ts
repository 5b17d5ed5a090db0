/**
 * The lines of the check function's log that `infra/measures.ts` counts: numbers by name, and no domain. A share of
 * refusals says how mail servers see our address, the canaries whether it gets out at all.
 */
import { egressState } from '../assessment/egress-state.ts';
import type { EgressState } from '../assessment/egress-state.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { sessionOutcome } from '../assessment/session-outcome.ts';
import type { EgressEvidence } from '../probe/egress-evidence.ts';

export type CheckedLine = {
  readonly level: 'info';
  readonly event: 'checked';
  /** Addresses that were probed; those of a check that shared another's result among them. */
  readonly addresses: number;
  /** Of these, how many turned us away before STARTTLS. */
  readonly refused: number;
  readonly tookMs: number;
};

export type EgressLine = {
  readonly level: 'info' | 'error';
  readonly event: 'egress';
  readonly state: EgressState;
  /** 1: port 25 is blocked, or somebody on our side takes STARTTLS away. */
  readonly closed: 0 | 1;
};

export function checkedLine({ hosts, tookMs }: DomainEvidence): CheckedLine {
  const made = hosts.flatMap(({ probes }) => probes).filter(({ attempt }) => attempt === 'made');
  const refused = made.filter((probe) => sessionOutcome(probe).outcome === 'refused');
  return { level: 'info', event: 'checked', addresses: made.length, refused: refused.length, tookMs };
}

export function egressLine(evidence: EgressEvidence): EgressLine {
  const state = egressState(evidence);
  const closed = state === 'blocked' || state === 'interfered' ? 1 : 0;
  return { level: closed === 1 ? 'error' : 'info', event: 'egress', state, closed };
}
