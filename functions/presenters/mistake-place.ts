/** A mistake of this program as a log may have it: it may have happened to somebody's header. */

const MOST_FRAMES = 8;

/** Its kind and where it was thrown; its message could quote what was being read. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { stack = '', message } = error;
  const afterMessage = stack.slice(stack.indexOf(message) + message.length);
  const frames = afterMessage.split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, MOST_FRAMES).map((line) => line.trim())].join(' | ');
}
