/**
 * One TCP connection to a mail server, in clear and later inside TLS, as something that is spoken to and
 * listened to. Once it has broken it stays broken, and says why; it never throws for what the other side does.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describeHandshake } from './handshake.ts';
import type { Hello, StartHandshake } from './handshake.ts';
import type { Cause, Reply, TlsEvidence } from './probe-evidence.ts';
import { printableText } from './printable.ts';
import { ReplyReader } from './reply.ts';
import type { Transcript } from './transcript.ts';

/** Why nothing more can be said or heard. `own`: this machine could not open a connection; nobody was asked. */
export interface Break {
  readonly cause: Exclude<Cause, 'completed' | 'reply' | 'not-offered'> | 'own';
  readonly detail: string;
}
/** Our own address of a connection, and how long it took to be made. */
export interface Opened {
  readonly localAddress: string;
  readonly connectedAtMs: number;
}
/** What came unasked behind a reply. */
export interface Unasked {
  readonly sizeBytes: number;
  /** What came first, with the reply itself or after it. */
  readonly start: Buffer;
}
export type Outcome<T> = { readonly broke: null; readonly value: T } | { readonly broke: Break };

/** How long a connection that we have ended may take to flush what we said last. */
const FLUSH_MS = 1000;

/** System error codes, as Node names them. */
const CAUSES: Readonly<Record<string, Break['cause']>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'closed',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'no-route',
  EHOSTDOWN: 'no-route',
  ENETUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  EINVAL: 'no-route',
  EACCES: 'no-route',
  EPERM: 'no-route',
  EMFILE: 'own',
  ENFILE: 'own',
  ENOBUFS: 'own',
  ENOMEM: 'own',
};

export class Connection {
  readonly #transcript: Transcript;
  readonly #signal: AbortSignal;
  readonly #reader: ReplyReader;
  /** The outermost socket: the one inside TLS once there is TLS. */
  #socket: Socket | TLSSocket | null = null;
  /** Resolves when nothing is left of it, the inner one included. */
  #gone: Promise<void> = Promise.resolve();
  #break: Break | null = null;
  /** Set while something is waited for, and while what is waited for is a reply. */
  #onBreak: ((why: Break) => void) | null = null;
  #onReply: ((reply: Reply) => void) | null = null;
  #unasked: Unasked | null = null;
  #tls: 'none' | 'beginning' | 'agreed' = 'none';

  constructor(transcript: Transcript, signal: AbortSignal) {
    this.#transcript = transcript;
    this.#signal = signal;
    this.#reader = new ReplyReader((line) => transcript.server(line));
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  open(ip: string, port: number, withinMs: number): Promise<Outcome<Opened>> {
    return this.#wait<Opened>(withinMs, (done) => {
      this.#transcript.note(`connecting to ${ip} port ${port}`);
      const socket = connect({ host: ip, port, noDelay: true, autoSelectFamily: false });
      this.#listenTo(socket);
      socket.once('connect', () =>
        done({ localAddress: socket.localAddress ?? '', connectedAtMs: this.#transcript.elapsedMs() }),
      );
    });
  }

  /**
   * Sends a command line (RFC 5321 section 4.1.1) as long as the other side may read, without waiting for the reply.
   * @returns whether it was sent
   */
  say(command: string): boolean {
    if (this.#socket?.writable !== true) return false;
    this.#transcript.client(command);
    this.#socket.write(`${command}\r\n`);
    return true;
  }

  /**
   * Waits for one whole reply, however many pieces it comes in.
   * @param begun how it begins, where that has come already
   */
  hear(withinMs: number, begun?: Buffer): Promise<Outcome<Reply>> {
    return this.#wait<Reply>(withinMs, (done) => {
      this.#onReply = done;
      if (begun !== undefined) this.#onData(begun);
    });
  }

  /** What came behind the last reply, though nothing had been asked; null: nothing. It is not kept any longer. */
  takeUnasked(): Unasked | null {
    const unasked = this.#unasked;
    this.#unasked = null;
    return unasked;
  }

  /** Puts TLS on the connection. What was read in clear stays in clear: nothing of it reaches the session inside. */
  secure(
    start: StartHandshake,
    hello: Hello,
    serverName: string,
    withinMs: number,
  ): Promise<Outcome<TlsEvidence>> {
    return this.#wait<TlsEvidence>(withinMs, (done) => {
      const raw = this.#socket;
      if (raw === null) return;
      this.#transcript.note(`TLS handshake, ${hello} hello`);
      this.#stopListeningTo(raw);
      const secured = start(raw, hello, serverName);
      this.#listenTo(secured);
      this.#tls = 'beginning';
      secured.once('secureConnect', () => {
        this.#tls = 'agreed';
        const { tls, notes } = describeHandshake(secured);
        for (const note of notes) this.#transcript.note(note);
        done(tls);
      });
    });
  }

  /** Ends the connection and resolves when nothing of it is left. What was said before is still sent. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    const socket = this.#socket;
    if (socket === null) return;
    const overdue = setTimeout(() => socket.destroy(), FLUSH_MS);
    // Only the outermost socket is destroyed, it takes the inner one along; destroying both crashes Node 20 and 24.
    if (socket.connecting || this.#tls === 'beginning') socket.destroy();
    else socket.destroySoon();
    await this.#gone;
    clearTimeout(overdue);
  }

  #wait<T>(withinMs: number, begin: (done: (value: T) => void) => void): Promise<Outcome<T>> {
    if (this.#break !== null) return Promise.resolve({ broke: this.#break });
    return new Promise<Outcome<T>>((resolve) => {
      const overdue = setTimeout(
        () =>
          this.#fail(
            { cause: 'timeout', detail: this.#reader.partialLine() },
            `no more within ${withinMs} ms`,
          ),
        withinMs,
      );
      const settle = (outcome: Outcome<T>): void => {
        clearTimeout(overdue);
        this.#onBreak = null;
        this.#onReply = null;
        resolve(outcome);
      };
      this.#onBreak = (broke) => settle({ broke });
      begin((value) => settle({ broke: null, value }));
    });
  }

  #fail(why: Break, note: string): void {
    if (this.#break !== null) return;
    this.#break = why;
    const partial = this.#reader.partialLine();
    if (partial !== '') this.#transcript.server(partial);
    this.#transcript.note(note);
    this.#onBreak?.(why);
  }

  #listenTo(socket: Socket): void {
    this.#socket = socket;
    this.#gone = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', this.#onData);
    socket.on('error', this.#onError);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
  }

  /** The error listener stays: an error without one would end the process. */
  #stopListeningTo(socket: Socket): void {
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#break !== null) return;
    if (this.#onReply === null) {
      this.#keepUnasked(chunk);
      return;
    }
    const progress = this.#reader.read(chunk);
    if (progress.state === 'reply') {
      if (progress.restBytes > 0) this.#keepUnasked(chunk.subarray(-progress.restBytes));
      this.#onReply(progress.reply);
    } else if (progress.state !== 'unfinished') {
      this.#fail({ cause: progress.state, detail: progress.line }, NOTES[progress.state]);
    }
  };

  #keepUnasked(bytes: Buffer): void {
    const { sizeBytes, start } = this.#unasked ?? { sizeBytes: 0, start: bytes };
    this.#unasked = { sizeBytes: sizeBytes + bytes.length, start };
  }

  readonly #onEnd = (): void => {
    this.#fail({ cause: 'closed', detail: this.#reader.partialLine() }, 'closed by the server');
  };

  readonly #onError = (error: NodeJS.ErrnoException & { readonly reason?: string }): void => {
    const code = error.code ?? '';
    // Node gives ECONNRESET for an orderly end inside a handshake too; only a real reset comes from a system call.
    const cause =
      code === 'ECONNRESET' && error.syscall === undefined
        ? 'closed'
        : (CAUSES[code] ?? (this.#tls === 'none' ? 'no-route' : 'tls'));
    const words = cause === 'tls' ? (error.reason ?? (error.message || code)) : code;
    this.#fail({ cause, detail: printableText(words) }, words);
  };

  readonly #onAbort = (): void => {
    this.#fail({ cause: 'out-of-time', detail: '' }, 'given up: out of time');
  };
}

const NOTES = {
  malformed: 'not an SMTP reply',
  'too-long': 'longer than any reply may be',
} as const;
