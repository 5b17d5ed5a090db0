/** Command lines from a connection, one at a time, whatever segments they come in. */
import type { Socket } from 'node:net';

export interface LineReader {
  /** The next line without its line end, or null once the connection has ended. */
  readonly next: () => Promise<string | null>;
  /** Lets go of the connection; what came and was not asked for is dropped (RFC 3207 section 4.2). */
  readonly stop: () => void;
}

/** RFC 5321 section 4.5.3.1.4 allows a command line 512 octets; whatever is longer is cut here. */
const LONGEST_LINE_BYTES = 4096;

export function readLines(socket: Socket): LineReader {
  let text = '';
  let ended = false;
  let wake: (() => void) | null = null;
  const onData = (bytes: Buffer): void => {
    text += bytes.toString('latin1');
    if (text.length > LONGEST_LINE_BYTES) socket.pause();
    wake?.();
  };
  const onEnd = (): void => {
    ended = true;
    wake?.();
  };
  socket.on('data', onData).on('end', onEnd).on('close', onEnd);
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n');
        if (end >= 0 || text.length > LONGEST_LINE_BYTES) {
          const length = end >= 0 ? end : LONGEST_LINE_BYTES;
          const line = text.slice(0, length);
          text = text.slice(length + 1);
          socket.resume();
          return line.replace(/\r$/, '');
        }
        if (ended) return null;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    stop() {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      text = '';
    },
  };
}
