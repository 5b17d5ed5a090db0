/**
 * One session with a mail server, up to TLS and no further (RFC 5321 section 3.1, RFC 3207 section 4):
 * the server greets, EHLO asks what it offers, STARTTLS asks for TLS, the handshake follows, EHLO is asked
 * again because nothing learnt in clear counts any more, and QUIT says goodbye. No MAIL, RCPT or VRFY.
 */
import { Connection } from './connection.ts';
import type { Break, Outcome } from './connection.ts';
import { ehloIdentity, fallsBackToHelo, offersStartTls } from './ehlo.ts';
import type { Hello, StartHandshake } from './handshake.ts';
import type { ConnectionEvidence, Reply, Stage, TlsEvidence } from './probe-evidence.ts';
import type { ProbeBounds } from './prober.ts';
import { Transcript } from './transcript.ts';

export interface SessionOrder {
  readonly ip: string;
  readonly port: number;
  /** A-label, sent as SNI. */
  readonly serverName: string;
  readonly hello: Hello;
}

export interface SessionTools {
  readonly bounds: ProbeBounds;
  /** A host name; empty: an address literal. */
  readonly ehloName: string;
  readonly startHandshake: StartHandshake;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export type SessionResult = (
  | { readonly held: true; readonly evidence: ConnectionEvidence }
  /** This machine could not open a connection (too many are open); that says nothing about the server. */
  | { readonly held: false; readonly detail: string }
) & {
  /** Resolves when nothing of the connection is left. What the server has to say to QUIT is no evidence. */
  readonly gone: Promise<void>;
};

type End = Omit<ConnectionEvidence['end'], 'cause'> & {
  readonly cause: ConnectionEvidence['end']['cause'] | Break['cause'];
};

/** What a session has seen so far. */
interface Seen {
  localAddress: string | null;
  connectedAtMs: number | null;
  greeting: Reply | null;
  ehlo: ConnectionEvidence['ehlo'];
  starttls: Reply | null;
  clearBytesAfterStartTls: number;
  tls: TlsEvidence | null;
  ehloAfterTls: Reply | null;
}

/**
 * Holds one session, within the bounds of each stage.
 * @param signal ends it early, with what was seen so far
 * @returns as soon as there is nothing more to learn; leaving goes on behind it
 */
export async function holdSession(
  order: SessionOrder,
  tools: SessionTools,
  signal: AbortSignal,
): Promise<SessionResult> {
  const observedAt = new Date(tools.clock()).toISOString();
  const transcript = new Transcript();
  const connection = new Connection(transcript, signal);
  const seen: Seen = {
    localAddress: null,
    connectedAtMs: null,
    greeting: null,
    ehlo: null,
    starttls: null,
    clearBytesAfterStartTls: 0,
    tls: null,
    ehloAfterTls: null,
  };
  const end = await converse(connection, order, tools, seen);
  const awaitsReply = sayGoodbye(connection, end);
  const tookMs = transcript.elapsedMs();
  const lines = [...transcript.lines];
  const gone = leave(connection, awaitsReply ? tools.bounds.replyMs : 0);
  if (end.cause === 'own') return { held: false, detail: end.detail, gone };
  const evidence = {
    hello: order.hello,
    observedAt,
    tookMs,
    ...seen,
    end: { ...end, cause: end.cause },
    transcript: lines,
  };
  return { held: true, evidence, gone };
}

/** The dialogue, stage by stage, to where it ends; QUIT comes after it. */
async function converse(
  connection: Connection,
  order: SessionOrder,
  { bounds, ehloName, startHandshake }: SessionTools,
  seen: Seen,
): Promise<End> {
  const opened = await connection.open(order.ip, order.port, bounds.connectMs);
  if (opened.broke !== null) return broken('connect', opened.broke);
  Object.assign(seen, opened.value);
  const identity = ehloIdentity(ehloName, opened.value.localAddress);

  // RFC 5321 section 4.3.1: the client waits for the greeting; who speaks first is taken for a spammer.
  const greeting = await connection.hear(bounds.greetingMs);
  if (greeting.broke !== null) return broken('greeting', greeting.broke);
  seen.greeting = greeting.value;
  if (greeting.value.code !== 220) return unsuccessful('greeting', greeting.value);

  const ehlo = await ask(connection, `EHLO ${identity}`, bounds.replyMs);
  if (ehlo.broke !== null) return broken('ehlo', ehlo.broke);
  seen.ehlo = { command: 'EHLO', reply: ehlo.value };
  if (fallsBackToHelo(ehlo.value)) {
    const helo = await ask(connection, `HELO ${identity}`, bounds.replyMs);
    if (helo.broke !== null) return broken('helo', helo.broke);
    seen.ehlo = { command: 'HELO', reply: helo.value };
    if (helo.value.code !== 250) return unsuccessful('helo', helo.value);
    // RFC 3207 section 2: STARTTLS is offered in the reply to EHLO and nowhere else.
    return { stage: 'helo', cause: 'not-offered', detail: '' };
  }
  if (ehlo.value.code !== 250) return unsuccessful('ehlo', ehlo.value);
  if (!offersStartTls(ehlo.value)) return { stage: 'ehlo', cause: 'not-offered', detail: '' };

  const starttls = await ask(connection, 'STARTTLS', bounds.replyMs);
  // Where it was never said, because of what followed the reply to EHLO, the server has told nothing of its TLS.
  if (starttls.broke !== null) return broken(starttls.said ? 'starttls' : 'ehlo', starttls.broke);
  seen.starttls = starttls.value;
  if (starttls.value.code !== 220) return unsuccessful('starttls', starttls.value);
  // RFC 3207 section 6: whatever came in clear behind the 220 may be an attacker's. It is dropped and counted,
  // and the handshake goes on, as it does for senders that drop it too.
  seen.clearBytesAfterStartTls = connection.takeUnasked()?.sizeBytes ?? 0;

  const tls = await connection.secure(startHandshake, order.hello, order.serverName, bounds.handshakeMs);
  if (tls.broke !== null) return broken('handshake', tls.broke);
  seen.tls = tls.value;

  // RFC 3207 section 4.2: what the first EHLO said is discarded.
  const again = await ask(connection, `EHLO ${identity}`, bounds.replyMs);
  if (again.broke !== null) return broken('ehlo-after-tls', again.broke);
  seen.ehloAfterTls = again.value;
  if (again.value.code !== 250) return unsuccessful('ehlo-after-tls', again.value);
  return { stage: 'quit', cause: 'completed', detail: '' };
}

/** RFC 5321 section 3.8: a server that shuts down says so unasked, and its client reads that after its next command. */
const SHUTS_DOWN = /^421[\r\n -]/;

/** What came of a command, and whether it was said at all. */
type Asked = Outcome<Reply> & { readonly said: boolean };

/** One command and its reply. A server that spoke before it was asked has lost the thread, and so have we. */
async function ask(connection: Connection, command: string, withinMs: number): Promise<Asked> {
  const unasked = connection.takeUnasked();
  if (unasked !== null && !SHUTS_DOWN.test(unasked.start.toString('latin1', 0, 4))) {
    const detail = `${unasked.sizeBytes} bytes came unasked before ${command}`;
    return { broke: { cause: 'malformed', detail }, said: false };
  }
  const said = connection.say(command);
  return { ...(await connection.hear(withinMs, unasked?.start)), said };
}

/**
 * RFC 5321 section 4.1.1.10: a client says QUIT before it leaves. Nobody is told anything before it has greeted,
 * nor in clear once a handshake has begun.
 * @returns whether the reply is worth waiting for: not from a server that is late or talks nonsense
 */
function sayGoodbye(connection: Connection, { stage, cause }: End): boolean {
  const hasGreeted = stage !== 'connect' && (stage !== 'greeting' || cause === 'reply');
  if (!hasGreeted || stage === 'handshake' || LOST.has(cause)) return false;
  connection.say('QUIT');
  return cause === 'completed' || cause === 'reply' || cause === 'not-offered';
}

/** RFC 5321 section 4.1.1.10: a client should wait for the reply to QUIT; nobody has to wait for the client. */
async function leave(connection: Connection, replyWithinMs: number): Promise<void> {
  if (replyWithinMs > 0) await connection.hear(replyWithinMs);
  await connection.close();
}

/** With these the connection itself is gone. */
const LOST: ReadonlySet<End['cause']> = new Set(['closed', 'reset', 'no-route', 'tls', 'own']);

const broken = (stage: Stage, { cause, detail }: Break): End => ({ stage, cause, detail });

/**
 * RFC 5321 section 4.2.1: 4yz and 5yz are refusals. Another code than the one this stage succeeds with
 * (RFC 5321 section 4.3.2) answers something that was not asked.
 */
function unsuccessful(stage: Stage, reply: Reply): End {
  const detail = `${reply.code} ${reply.lines.join(' ')}`.trim();
  return { stage, cause: reply.code >= 400 ? 'reply' : 'malformed', detail };
}
