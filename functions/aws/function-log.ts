/**
 * The log of a function: one object a line, which Lambda's JSON format puts under `message` beside the time and the
 * request's id, and by whose fields metrics are counted.
 */
import type { LogLine } from '../http/request-log.ts';

export function writeLog(line: LogLine): void {
  console[line.level](line);
}
