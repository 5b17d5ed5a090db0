/**
 * What one look at an address comes to, by the stage at which it ended. Only a server that was heard to offer
 * no STARTTLS is `not-offered`; one that turned us away, or was not heard at all, has told nothing of its TLS.
 */
import { excerpt } from '../policy/excerpt.ts';
import type { ConnectionEvidence, Reply } from '../probe/probe-evidence.ts';
import type { NotMade, ProbeResult } from '../probe/prober.ts';
import type { AddressOutcome } from './assessment.ts';
import type { Observation, SessionBreak } from './finding-codes.ts';

export interface SessionOutcome {
  readonly outcome: Exclude<AddressOutcome, 'egress-blocked' | 'egress-interfered'>;
  readonly because: Observation;
  /** The connection that made it; null when none was made. */
  readonly connection: ConnectionEvidence | null;
}

/** Judges one look: both connections of a probe, or why there was none. */
export function sessionOutcome(result: ProbeResult): SessionOutcome {
  if (result.attempt === 'not-made') {
    return { ...notMade(result.because, result.detail), connection: null };
  }
  const [first, ...others] = result.evidence.connections;
  const connection = [first, ...others].find(isEncrypted) ?? first;
  return { ...ended(connection), connection };
}

/** What an outcome says of the server's TLS: whether a sender could encrypt. The others say nothing of it. */
export function tellsOfTls(outcome: AddressOutcome): boolean {
  return outcome === 'encrypted' || outcome === 'not-offered' || outcome === 'starttls-failed';
}

type Judged = Pick<SessionOutcome, 'outcome' | 'because'>;

function notMade(because: NotMade, detail: string): Judged {
  const text = excerpt(detail);
  const judged: { readonly [Reason in NotMade]: Judged } = {
    'not-public': { outcome: 'not-public', because: { code: 'not-public', facts: {} } },
    'out-of-time': { outcome: 'out-of-time', because: { code: 'out-of-time', facts: {} } },
    'never-probe': { outcome: 'not-tested', because: { code: 'never-probe', facts: {} } },
    'address-limit': { outcome: 'not-tested', because: { code: 'address-limit', facts: {} } },
    'backing-off': { outcome: 'not-tested', because: { code: 'backing-off', facts: {} } },
    'prober-failed': { outcome: 'not-tested', because: { code: 'prober-failed', facts: { text } } },
    'no-prober': { outcome: 'not-tested', because: { code: 'no-prober', facts: {} } },
  };
  return judged[because];
}

/** NULL suites leave the mail readable and anonymous ones name nobody; no sender's default takes either. */
const UNUSABLE_CIPHER = /(?:^|[-_])(?:NULL|ADH|AECDH|anon)(?:[-_]|$)/i;

function isEncrypted({ tls }: ConnectionEvidence): boolean {
  return tls !== null && !UNUSABLE_CIPHER.test(tls.cipher);
}

function ended(connection: ConnectionEvidence): Judged {
  const { tls, end } = connection;
  if (tls !== null) {
    // What happens after a good handshake (a close without QUIT, a broken second EHLO) does not undo it.
    const { version, cipher } = tls;
    return isEncrypted(connection)
      ? { outcome: 'encrypted', because: { code: 'encrypted', facts: { version, cipher } } }
      : { outcome: 'starttls-failed', because: { code: 'unusable-cipher', facts: { cipher } } };
  }
  if (end.cause === 'out-of-time') {
    return { outcome: 'out-of-time', because: { code: 'out-of-time', facts: {} } };
  }
  switch (end.stage) {
    case 'connect':
      return { outcome: 'unreachable', because: notConnected(end) };
    case 'greeting':
      return turnedAway(connection, 'greeting', connection.greeting);
    case 'ehlo':
    case 'helo':
      return end.cause === 'not-offered'
        ? { outcome: 'not-offered', because: notOffered(connection) }
        : turnedAway(connection, 'ehlo', connection.ehlo?.reply ?? null);
    case 'starttls':
      // RFC 5321 section 3.8: a server that shuts down says 421, whatever it was asked; that is no answer to STARTTLS.
      return connection.starttls?.code === 421
        ? refused('starttls', connection.starttls)
        : { outcome: 'starttls-failed', because: startTlsFailed(connection) };
    case 'handshake':
    case 'ehlo-after-tls':
    case 'quit':
    default:
      return { outcome: 'starttls-failed', because: startTlsFailed(connection) };
  }
}

function notConnected({ cause, detail }: ConnectionEvidence['end']): Observation {
  if (cause === 'connection-refused') return { code: 'connection-refused', facts: {} };
  if (cause === 'timeout') return { code: 'connect-timeout', facts: {} };
  // A reset at once may reach us before we know that the connection was open.
  if (cause === 'reset' || cause === 'closed') {
    return { code: 'broke-off', facts: { stage: 'greeting', cause, text: '' } };
  }
  return { code: 'no-route', facts: { text: excerpt(detail) } };
}

/** RFC 5321 section 3.1 and section 4.2.1: 4yz and 5yz before STARTTLS could be seen; or no reply at all. */
function turnedAway({ end }: ConnectionEvidence, stage: 'greeting' | 'ehlo', reply: Reply | null): Judged {
  if (end.cause === 'reply' && reply !== null) return refused(stage, reply);
  const facts = { stage, cause: breakOf(end.cause), text: excerpt(end.detail) };
  return { outcome: 'unreachable', because: { code: 'broke-off', facts } };
}

function refused(stage: 'greeting' | 'ehlo' | 'starttls', reply: Reply): Judged {
  return { outcome: 'refused', because: { code: 'refused', facts: { stage, ...words(reply) } } };
}

/** Cisco's SMTP inspection writes stars over a greeting, and Xs over each keyword it does not let through. */
const MASKED_GREETING = /^[*20 ]{8,}$/;
const MASKED_KEYWORD = /^X{7}[A-Z]$/;

function notOffered(connection: ConnectionEvidence): Observation {
  const { greeting, ehlo } = connection;
  const lines = [
    ...(greeting?.lines ?? []).filter((line) => line.includes('***') && MASKED_GREETING.test(line)),
    ...(ehlo?.reply.lines.slice(1) ?? []).filter((line) => MASKED_KEYWORD.test(line.split(' ', 1)[0] ?? '')),
  ];
  // The keyword is the better proof: it stands where STARTTLS was.
  const shown = lines.at(-1);
  if (shown !== undefined) {
    return { code: 'starttls-masked', facts: { shown: excerpt(shown) } };
  }
  const refusal = ehlo?.command === 'HELO' ? replyToEhlo(connection) : null;
  return refusal === null
    ? { code: 'starttls-not-supported', facts: {} }
    : { code: 'ehlo-not-understood', facts: refusal };
}

/** The evidence keeps the reply to HELO, the one that was understood; what EHLO got stands in the transcript. */
function replyToEhlo({ transcript }: ConnectionEvidence): { code: number; text: string } | null {
  const asked = transcript.findIndex(({ from, line }) => from === 'client' && line.startsWith('EHLO'));
  const answer = transcript.slice(asked + 1).find(({ from }) => from === 'server')?.line ?? '';
  const parts = /^(\d{3})[ -]?(.*)$/.exec(answer);
  if (asked === -1 || parts === null) return null;
  return { code: Number(parts[1]), text: excerpt(parts[2] ?? '') };
}

function startTlsFailed({ starttls, end }: ConnectionEvidence): Observation {
  const text = excerpt(end.detail);
  if (end.stage === 'starttls') {
    return end.cause === 'reply' && starttls !== null
      ? { code: 'starttls-refused', facts: words(starttls) }
      : { code: 'starttls-broke-off', facts: { cause: breakOf(end.cause), text } };
  }
  return end.cause === 'tls'
    ? { code: 'handshake-failed', facts: { text } }
    : { code: 'handshake-broke-off', facts: { cause: breakOf(end.cause), text } };
}

function words(reply: Reply): { code: number; text: string } {
  return { code: reply.code, text: excerpt(reply.lines.join(' ')) };
}

/** Causes that belong to other stages cannot end this one; whatever they were, nothing readable came. */
function breakOf(cause: ConnectionEvidence['end']['cause']): SessionBreak {
  return cause === 'timeout' || cause === 'reset' || cause === 'closed' || cause === 'too-long'
    ? cause
    : 'malformed';
}
