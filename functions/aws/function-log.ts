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

/** What failed and how, without a level of its own. */
export interface FailureEntry {
  readonly event: string;
  readonly operation?: string;
  readonly because?: string;
  readonly detail?: string;
}

export function writeFailure(entry: FailureEntry): void {
  const line: FunctionLogLine = { level: 'error', ...entry };
  writeLog(line);
}
