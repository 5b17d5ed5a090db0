/** The dialogue of one connection, as a person at a terminal would have seen it. */
import { printableText } from './printable.ts';
import type { TranscriptLine } from './probe-evidence.ts';

/** Our own lines and notes are few; only the server's need a bound. */
const MOST_SERVER_LINES = 170;

/** Collects lines, each with the time since the connection attempt began. */
export class Transcript {
  readonly lines: TranscriptLine[] = [];
  readonly #startedAtMs = performance.now();
  #serverLines = 0;

  elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAtMs);
  }

  /** @param line what we sent, without its line end */
  client(line: string): void {
    this.#add('client', printableText(line));
  }

  /** @param line what the server sent, already safe to show */
  server(line: string): void {
    this.#serverLines += 1;
    if (this.#serverLines <= MOST_SERVER_LINES) this.#add('server', line);
    else if (this.#serverLines === MOST_SERVER_LINES + 1) this.note('further lines are left out');
  }

  /** Something that happened and was not said: `-- TLSv1.3, TLS_AES_256_GCM_SHA384, X25519MLKEM768`. */
  note(text: string): void {
    this.#add('note', printableText(`-- ${text}`));
  }

  #add(from: TranscriptLine['from'], line: string): void {
    this.lines.push({ atMs: this.elapsedMs(), from, line });
  }
}
