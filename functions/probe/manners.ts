/**
 * Good manners on other people's servers. Their owner is the operator, named by the registrable domain of the
 * MX host: many domains share one. Few connections at a time to an operator, a pause between them, one at a
 * time to an address; and an operator that turned us away is left alone for a while. Everybody waits in line.
 */
import { getDomain } from 'tldts';
import type { ConnectionEvidence } from './probe-evidence.ts';
import type { ProbeRequest } from './prober.ts';

export interface MannersRules {
  readonly connectionsPerOperator: number;
  /** The least time between the beginnings of two connections to one operator. */
  readonly operatorIntervalMs: number;
  readonly backOffMs: number;
  /** Host names, lower case, no trailing dot: these hosts and all names below them are never probed. */
  readonly neverProbe: readonly string[];
  /** Milliseconds, of any origin; where a process can be frozen, by a clock that goes on meanwhile. */
  readonly clock: () => number;
  /** Addresses the limits do not hold for. */
  readonly isExempt: (ip: string) => boolean;
}

export type Turn =
  /** `done` must be called when the connection is closed. */
  | { readonly granted: true; readonly done: () => void }
  | { readonly granted: false; readonly because: 'backing-off' | 'out-of-time' };

export interface Manners {
  /** @param host the MX host, A-label, no trailing dot */
  readonly forbids: (host: string) => boolean;
  /** Waits for permission to open one connection. Within what the rules allow, first come is first served. */
  readonly turn: (request: Pick<ProbeRequest, 'host' | 'ip' | 'look'>, signal: AbortSignal) => Promise<Turn>;
  /** To be told when a server of this host's operator turned us away. */
  readonly leaveAlone: (host: string, ip: string) => void;
}

interface Waiting {
  readonly operator: string;
  readonly ip: string;
  readonly look: ProbeRequest['look'];
  readonly settle: (turn: Turn) => void;
}

/** Operators remembered before those that no longer matter are forgotten. */
const MOST_OPERATORS = 1000;

/** Loopback is our own machine: 127.0.0.0/8 (RFC 1122 section 3.2.1.3) and ::1 (RFC 4291 section 2.5.3). */
export const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

export function createManners(rules: MannersRules): Manners {
  const { clock } = rules;
  const connections = connectionsWithin(rules);
  const leftAlone = operatorsLeftAlone(rules);
  let waiting: Waiting[] = [];
  let nextLook: NodeJS.Timeout | undefined;

  /** Gives a turn to everyone in the line who may have one now, and comes back when the next one may. */
  function advance(): void {
    clearTimeout(nextLook);
    const now = clock();
    let soonestMs = Infinity;
    const remaining: Waiting[] = [];
    for (const candidate of waiting) {
      if (candidate.look !== 'second' && leftAlone.has(candidate.operator, now)) {
        candidate.settle({ granted: false, because: 'backing-off' });
        continue;
      }
      const dueMs = connections.dueMs(candidate, now);
      if (dueMs <= now) {
        candidate.settle({ granted: true, done: start(candidate, now) });
        continue;
      }
      soonestMs = Math.min(soonestMs, dueMs);
      remaining.push(candidate);
    }
    waiting = remaining;
    if (soonestMs < Infinity) nextLook = setTimeout(advance, soonestMs - now);
  }

  function start(candidate: Waiting, now: number): () => void {
    const closed = connections.open(candidate, now);
    return () => {
      closed();
      advance();
    };
  }

  return {
    forbids: (host) => rules.neverProbe.some((name) => host === name || host.endsWith(`.${name}`)),

    turn({ host, ip, look }, signal) {
      if (signal.aborted) return Promise.resolve({ granted: false, because: 'out-of-time' });
      if (rules.isExempt(ip)) return Promise.resolve({ granted: true, done: () => {} });
      return new Promise((resolve) => {
        const onAbort = (): void => {
          waiting = waiting.filter((other) => other !== candidate);
          resolve({ granted: false, because: 'out-of-time' });
          advance();
        };
        const settle = (turn: Turn): void => {
          signal.removeEventListener('abort', onAbort);
          resolve(turn);
        };
        const candidate: Waiting = { operator: operatorOf(host), ip, look, settle };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(candidate);
        advance();
      });
    },

    leaveAlone(host, ip) {
      if (rules.isExempt(ip)) return;
      leftAlone.add(operatorOf(host), clock());
      advance();
    },
  };
}

type Visitor = Pick<Waiting, 'operator' | 'ip'>;

/** The connections that are open, to which operators and addresses, and when each operator had its last one. */
interface Connections {
  /** When the rules allow another one; Infinity: not before one that is open is closed. */
  readonly dueMs: (visitor: Visitor, now: number) => number;
  /** @returns to be called when it is closed */
  readonly open: (visitor: Visitor, now: number) => () => void;
}

function connectionsWithin({ connectionsPerOperator, operatorIntervalMs, clock }: MannersRules): Connections {
  const operators = new Map<string, { open: number; lastStartMs: number }>();
  const busy = new Set<string>();

  function forgetIdle(): void {
    const now = clock();
    for (const [name, { open, lastStartMs }] of operators) {
      if (open === 0 && lastStartMs + operatorIntervalMs <= now) operators.delete(name);
    }
  }

  return {
    dueMs({ operator: name, ip }, now) {
      if (busy.has(ip)) return Infinity;
      const operator = operators.get(name);
      if (operator === undefined) return now;
      // A wall clock may be set back; nobody waits until it is that late again.
      operator.lastStartMs = Math.min(operator.lastStartMs, now);
      return operator.open < connectionsPerOperator ? operator.lastStartMs + operatorIntervalMs : Infinity;
    },
    open({ operator: name, ip }, now) {
      const operator = operators.get(name) ?? { open: 0, lastStartMs: now };
      operator.open += 1;
      operator.lastStartMs = now;
      operators.set(name, operator);
      busy.add(ip);
      return () => {
        operator.open -= 1;
        busy.delete(ip);
        if (operators.size > MOST_OPERATORS) forgetIdle();
      };
    },
  };
}

/** The operators that turned us away a short while ago. */
interface LeftAlone {
  readonly has: (operator: string, now: number) => boolean;
  readonly add: (operator: string, now: number) => void;
}

function operatorsLeftAlone({ backOffMs }: MannersRules): LeftAlone {
  const untilMs = new Map<string, number>();
  return {
    has: (operator, now) => (untilMs.get(operator) ?? -Infinity) > now,
    add(operator, now) {
      for (const [other, until] of untilMs) {
        if (until <= now || untilMs.size > MOST_OPERATORS) untilMs.delete(other);
      }
      untilMs.set(operator, now + backOffMs);
    },
  };
}

/** The registrable domain by the Public Suffix List; a name without one stands for itself. */
export const operatorOf = (host: string): string => getDomain(host) ?? host;

/**
 * States whether the server turned us away: a refusal before it knew what we wanted (RFC 5321 section 3.1),
 * or 421 at any time (RFC 5321 section 3.8). That STARTTLS failed is no refusal of us.
 */
export function turnedAway({ greeting, ehlo, starttls, ehloAfterTls, end }: ConnectionEvidence): boolean {
  if ([greeting, ehlo?.reply, starttls, ehloAfterTls].some((reply) => reply?.code === 421)) return true;
  return end.cause === 'reply' && (end.stage === 'greeting' || end.stage === 'ehlo' || end.stage === 'helo');
}
