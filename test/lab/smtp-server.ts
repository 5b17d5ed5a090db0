/**
 * A mail server that does what its posture says, right or wrong, and keeps a record of who came. One session:
 * greeting, then commands line by line, then after STARTTLS the same again inside TLS.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Authority } from './authority.ts';
import { readLines } from './line-reader.ts';
import type { LineReader } from './line-reader.ts';
import type { Posture, Script, Step, Tls } from './posture.ts';
import { tlsEndpoints } from './tls-endpoints.ts';

/** One connection that a server has had. */
export interface Visit {
  /** The command lines received, those inside TLS among them, at most 100. */
  readonly commands: readonly string[];
  /** Bytes received on the wire. */
  readonly bytes: number;
  /** The SNI name, where TLS was reached. */
  readonly serverName: string | null;
  /** The TLS version and cipher, where the handshake was finished. */
  readonly tls: string | null;
  /** Milliseconds of this process's clock, `performance.now()`. */
  readonly openedAtMs: number;
  /** Null while it is open. */
  readonly closedAtMs: number | null;
}

export interface MailServer {
  /** Its names: the first one greets, and each has its own certificate under SNI. */
  readonly hosts: readonly string[];
  /** One posture, or several that take turns from connection to connection. */
  readonly postures: readonly [Posture, ...Posture[]];
  /** Filled as connections come. */
  readonly visits: Visit[];
}

interface Session {
  readonly host: string;
  readonly posture: Posture;
  readonly raw: Socket;
  readonly ended: AbortSignal;
  readonly secondMs: number;
}

const MOST_COMMANDS = 100;
const SOUND_TLS: Tls = {};
const STARTTLS_COMMON = ['PIPELINING', 'SIZE 35882577', 'STARTTLS', '8BITMIME'];

/** States what a mail server does with a connection it is handed. */
export function acceptMail(
  { hosts, postures, visits }: MailServer,
  authority: Authority,
  secondMs: number,
): (socket: Socket) => void {
  const tls = tlsEndpoints(hosts, authority);
  const [host = ''] = hosts;
  return (raw) => {
    const posture = postures[visits.length % postures.length] ?? postures[0];
    const gone = new AbortController();
    const commands: string[] = [];
    const visit = {
      commands,
      serverName: null as string | null,
      tls: null as string | null,
      openedAtMs: performance.now(),
      closedAtMs: null as number | null,
      get bytes() {
        return raw.bytesRead;
      },
    };
    visits.push(visit);
    raw.setNoDelay(true);
    raw.on('error', () => raw.destroy());
    raw.on('end', () => raw.end());
    raw.once('close', () => {
      visit.closedAtMs = performance.now();
      gone.abort();
    });
    const session: Session = { host, posture, raw, ended: gone.signal, secondMs };
    serve(session, commands, async () => {
      const secured = await tls.upgrade(raw, posture.tls ?? SOUND_TLS);
      if (secured === null) return null;
      visit.serverName = secured.servername || null;
      visit.tls = `${secured.getProtocol()} ${secured.getCipher().name}`;
      return secured;
    }).catch((error: unknown) => {
      if (!gone.signal.aborted) raw.destroy(error instanceof Error ? error : undefined);
    });
  };
}

/** The whole session, both sides of STARTTLS. */
async function serve(
  session: Session,
  commands: string[],
  upgrade: () => Promise<TLSSocket | null>,
): Promise<void> {
  const { raw, posture } = session;
  const lines = readLines(raw);
  if (!(await run(session, raw, posture.greeting ?? ['220 {host} ESMTP']))) return;
  if ((await converse(session, raw, lines, commands, replies(posture, false))) !== 'STARTTLS') return;
  lines.stop();
  if (posture.insteadOfHandshake !== undefined) {
    await once(raw, 'data', { signal: session.ended });
    await run(session, raw, posture.insteadOfHandshake);
    return;
  }
  const secured = await upgrade();
  if (secured === null) return;
  secured.on('error', () => secured.destroy());
  const { afterTls } = posture;
  secured.on('end', () => (afterTls === undefined ? secured.end() : undefined));
  const end = await converse(session, secured, readLines(secured), commands, replies(posture, true));
  // The bare connection below TLS is still ours to write to.
  if (end === null && afterTls !== undefined) await run(session, raw, afterTls);
}

type Replies = ReadonlyMap<string, Script>;

function replies(posture: Posture, insideTls: boolean): Replies {
  const keywords = insideTls
    ? (posture.keywordsInsideTls ??
      (posture.keywords ?? STARTTLS_COMMON).filter((word) => word !== 'STARTTLS'))
    : (posture.keywords ?? STARTTLS_COMMON);
  return new Map<string, Script>([
    ['EHLO', (!insideTls && posture.ehlo) || multiLine(['{host}', ...keywords])],
    ['HELO', posture.helo ?? ['250 {host}']],
    [
      'STARTTLS',
      insideTls ? ['503 5.5.1 TLS already active'] : (posture.starttls ?? starttlsReply(keywords)),
    ],
    ['NOOP', ['250 2.0.0 Ok']],
    ['RSET', ['250 2.0.0 Ok']],
    ['QUIT', posture.quit ?? ['221 2.0.0 Bye', { ending: 'close' }]],
  ]);
}

const starttlsReply = (keywords: readonly string[]): Script =>
  keywords.includes('STARTTLS') ? ['220 2.0.0 Ready to start TLS'] : ['502 5.5.1 Command not implemented'];

/** RFC 5321 section 4.2.1: every line but the last has a hyphen after its code. */
function multiLine(texts: readonly string[]): Script {
  const lines = texts.map((text, index) => `250${index === texts.length - 1 ? ' ' : '-'}${text}\r\n`);
  return [{ together: lines }];
}

/** Answers commands until the session turns to TLS or ends. */
async function converse(
  session: Session,
  socket: Socket,
  lines: LineReader,
  commands: string[],
  known: Replies,
): Promise<'STARTTLS' | 'ended' | null> {
  for (;;) {
    const line = await lines.next();
    if (line === null) return null;
    if (commands.length < MOST_COMMANDS) commands.push(line);
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    const script = known.get(verb) ?? ['502 5.5.2 Error: command not recognized'];
    if (!(await run(session, socket, script))) return 'ended';
    if (verb === 'STARTTLS' && startsTls(script)) return 'STARTTLS';
  }
}

/** RFC 3207 section 4: only 220 is followed by a handshake. */
function startsTls([first]: Script): boolean {
  const text = typeof first === 'string' ? first : first && 'together' in first ? first.together[0] : '';
  return text?.startsWith('220') ?? false;
}

/** Runs a script to its end; false when it ended the session. */
async function run(session: Session, socket: Socket, script: Script): Promise<boolean> {
  for (const step of script) if (!(await take(session, socket, step))) return false;
  return true;
}

async function take(session: Session, socket: Socket, step: Step): Promise<boolean> {
  const { ended: signal, secondMs, host } = session;
  const send = async (text: string): Promise<void> => {
    const fits = socket.write(Buffer.from(text.replaceAll('{host}', host), 'latin1'));
    if (!fits) await once(socket, 'drain', { signal });
  };
  if (typeof step === 'string') await send(`${step}\r\n`);
  else if ('bytes' in step) await send(step.bytes);
  else if ('together' in step) await send(step.together.join(''));
  else if ('waitSeconds' in step) await pause(step.waitSeconds * secondMs, undefined, { signal });
  else if ('stutter' in step) {
    for (const byte of `${step.stutter.replaceAll('{host}', host)}\r\n`) {
      await send(byte);
      await pause(step.everySeconds * secondMs, undefined, { signal });
    }
  } else if ('forever' in step) {
    for (;;) {
      await send(`${step.forever}\r\n`);
      await pause(step.everySeconds * secondMs, undefined, { signal });
    }
  } else if ('floodWith' in step) {
    for (;;) {
      await send(step.floodWith);
      await nextTurn(undefined, { signal });
    }
  } else {
    if (step.ending === 'close') socket.end();
    if (step.ending === 'reset') session.raw.resetAndDestroy();
    return false;
  }
  return true;
}
