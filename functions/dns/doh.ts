/**
 * DNS over HTTPS (RFC 8484): the message is the body of a POST, and of its answer. All queries share one
 * HTTP/2 connection, which RFC 8484 section 5.2 recommends and some servers insist on; it is opened when first
 * needed and again when it is lost. Who we speak to is proved by its certificate, so the AD bit can be believed.
 */
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { RecordType } from './answer.ts';
import { encodeQuery, readReply } from './message.ts';
import type { Query, Reply } from './message.ts';
import { errorCode } from './transport.ts';
import type { Exchange, Transport } from './transport.ts';

const MEDIA_TYPE = 'application/dns-message';
/**
 * One that was idle for so long may have ended without a word to us: networks forget idle connections, and a process
 * that Lambda had frozen heard nothing at all. Asking over it would cost the whole timeout.
 */
const LONGEST_IDLE_MS = 30_000;
/** RFC 8484 section 6: a DNS message over HTTPS is no longer than one over TCP. */
const LARGEST_BYTES = 65_535;

/** `lost`: the connection went before an answer came, which says nothing about the query. */
type Fetched =
  | { readonly status: 'body'; readonly body: Buffer; readonly ageSeconds: number }
  | { readonly status: 'timeout' | 'refused' | 'malformed' | 'lost'; readonly detail: string };

/**
 * @param url `https://host/path`; its certificate is checked against Node's trusted roots
 * @param timeoutMs for one exchange, the handshake included; it starts anew when a connection kept from before is lost
 * @param now milliseconds since 1970, by a clock that goes on while the process is frozen
 */
export function dohTransport(url: string, timeoutMs: number, now: () => number = Date.now): Transport {
  const { origin, pathname, search } = new URL(url);
  const connections = connectionsTo(origin, now);
  const request = { path: `${pathname}${search}`, timeoutMs };
  let closed = false;

  async function exchange<T extends RecordType>(query: Query<T>): Promise<Exchange<T>> {
    if (closed) return { status: 'refused', detail: 'closed' };
    const message = encodeQuery(query, 0); // RFC 8484 section 4.1: the same query is the same to HTTP caches
    const kept = connections.kept();
    let fetched = await post(message, request, kept ?? connections.open(), connections);
    // A connection kept from before may have ended unseen (RFC 9113 section 8.7); a new one answers for itself.
    if (fetched.status === 'lost' && kept !== null && !closed) {
      fetched = await post(message, request, connections.kept() ?? connections.open(), connections);
    }
    if (fetched.status === 'lost') return { status: 'refused', detail: fetched.detail };
    if (fetched.status !== 'body') return { status: fetched.status, detail: fetched.detail };
    const read = readReply(fetched.body, query, 0);
    if (read.status !== 'reply') return { status: 'malformed', detail: read.status };
    return { status: 'reply', reply: aged(read.reply, fetched.ageSeconds) };
  }

  return {
    name: url,
    exchange,
    close: () => {
      closed = true;
      connections.close();
    },
  };
}

interface Connection {
  readonly session: ClientHttp2Session;
  streams: number;
  /** When it was used last, milliseconds since 1970. */
  usedAtMs: number;
}

interface Connections {
  /** The one that queries share, unless it ended or was idle for too long. */
  readonly kept: () => Connection | null;
  /** A new one, which is shared from now on. */
  readonly open: () => Connection;
  /** Whoever asks next does not get this one any more. */
  readonly leave: (connection: Connection) => void;
  /** A query begins on it. */
  readonly begin: (connection: Connection) => void;
  /** A query on it is over. An idle connection keeps no process alive. */
  readonly end: (connection: Connection) => void;
  readonly close: () => void;
}

function connectionsTo(origin: string, now: () => number): Connections {
  const sessions = new Set<ClientHttp2Session>();
  let current: Connection | null = null;

  const leave = (connection: Connection): void => {
    if (current === connection) current = null;
  };

  return {
    leave,
    kept() {
      if (current === null || current.session.closed || current.session.destroyed) return null;
      if (now() - current.usedAtMs < LONGEST_IDLE_MS) return current;
      current.session.close();
      return null;
    },
    open() {
      const session = connect(origin, { settings: { enablePush: false } });
      const connection: Connection = { session, streams: 0, usedAtMs: now() };
      session.on('error', () => leave(connection)); // told to each stream as the cause of its own error
      session.on('close', () => {
        leave(connection);
        sessions.delete(session);
      });
      sessions.add(session);
      current = connection;
      return connection;
    },
    begin(connection) {
      if (connection.streams === 0) connection.session.ref();
      connection.streams += 1;
      connection.usedAtMs = now();
    },
    end(connection) {
      connection.streams -= 1;
      connection.usedAtMs = now();
      if (connection.streams === 0 && !connection.session.destroyed) connection.session.unref();
    },
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

function post(
  message: Buffer,
  { path, timeoutMs }: { readonly path: string; readonly timeoutMs: number },
  connection: Connection,
  connections: Connections,
): Promise<Fetched> {
  return new Promise((resolve) => {
    const { session } = connection;
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      accept: MEDIA_TYPE,
      'content-type': MEDIA_TYPE,
      'content-length': message.length,
    });
    connections.begin(connection);
    const finish = (fetched: Fetched): void => {
      clearTimeout(timer);
      if (fetched.status !== 'body') stream.close(constants.NGHTTP2_CANCEL);
      resolve(fetched);
    };
    const timer = setTimeout(() => {
      finish({ status: 'timeout', detail: '' });
      // The connection may be dead: whoever asks next opens another, whoever waits on this one may go on. A peer
      // that never ends its side keeps no process alive; those who wait have timers of their own.
      connections.leave(connection);
      if (!session.destroyed) session.unref();
      session.close();
    }, timeoutMs);
    const response = receive(stream, finish);
    stream.on('error', (error) => {
      const { cause } = error;
      finish({ status: 'lost', detail: errorCode(cause instanceof Error ? cause : error) });
    });
    stream.on('close', () => {
      finish(response());
      connections.end(connection);
    });
    stream.end(message);
  });
}

/**
 * Only a 200 of the right media type and size is an answer; a redirect is not followed.
 * @param finish told as soon as it is clear that this is none
 * @returns what came, once the stream is closed
 */
function receive(stream: ClientHttp2Stream, finish: (fetched: Fetched) => void): () => Fetched {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let ageSeconds: number | null = null;
  stream.on('response', (headers) => {
    const status = headers[':status'] ?? 0;
    const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (status !== 200) return finish({ status: 'refused', detail: `HTTP ${status}` });
    // RFC 8484 section 4.2: other media types are other formats.
    if (mediaType !== MEDIA_TYPE) return finish({ status: 'malformed', detail: `not ${MEDIA_TYPE}` });
    ageSeconds = age(headers);
  });
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_BYTES) finish({ status: 'malformed', detail: 'larger than 65,535 octets' });
  });
  return () =>
    ageSeconds === null || stream.rstCode !== constants.NGHTTP2_NO_ERROR
      ? { status: 'lost', detail: 'closed without an answer' }
      : { status: 'body', body: Buffer.concat(chunks), ageSeconds };
}

const age = (headers: IncomingHttpHeaders): number =>
  /^\d{1,9}$/.test(headers.age ?? '') ? Number(headers.age) : 0;

/** RFC 8484 section 5.1: what an HTTP cache kept for a while has that much less time to live. */
function aged<T extends RecordType>(reply: Reply<T>, ageSeconds: number): Reply<T> {
  if (ageSeconds === 0) return reply;
  const older = (ttlSeconds: number): number => Math.max(0, ttlSeconds - ageSeconds);
  return {
    ...reply,
    records: reply.records.map((record) => ({ ...record, ttlSeconds: older(record.ttlSeconds) })),
    aliases: reply.aliases.map((record) => ({ ...record, ttlSeconds: older(record.ttlSeconds) })),
    negativeTtlSeconds: reply.negativeTtlSeconds === null ? null : older(reply.negativeTtlSeconds),
  };
}
