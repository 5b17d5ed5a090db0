/** The log of the service: one line of JSON an entry, written together with others of the same moment. */
import type { LogLine } from '../http/request-log.ts';

export interface ServiceLog {
  readonly write: (line: LogLine) => void;
  /** Writes what is not written yet. */
  readonly flush: () => void;
}

/** @param out takes text to standard error, which may hold us up: so it is called once for many lines */
export function createServiceLog(out: (text: string) => void): ServiceLog {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) out(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    write(line) {
      lines.push(JSON.stringify({ time: new Date().toISOString(), ...line }));
      if (lines.length === 1) setImmediate(flush);
    },
    flush,
  };
}
