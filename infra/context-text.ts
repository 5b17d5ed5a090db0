/** A value in `cdk.json` as the text that it stands for: who writes `5` or `true` there means the same as with quotes. */

/** @returns null for what is neither text, number, true nor false */
export function contextText(value: unknown): string | null {
  const isWord = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isWord ? String(value).trim() : null;
}
