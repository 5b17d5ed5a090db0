/**
 * The log of a function: one object a line, which Lambda's JSON format puts under `message` beside the time and the
 * request's id, and by whose fields metrics are counted.
 */

export interface FunctionLogLine {
  readonly level: 'info' | 'error';
  readonly event: string;
}

/** @param line whose other fields are texts and numbers */
export function writeLog(line: FunctionLogLine): void {
  console[line.level](line);
}

/** @param entry what failed, without a level of its own */
export function writeFailure<Entry extends { readonly event: string }>(entry: Entry): void {
  writeLog({ level: 'error', ...entry });
}
