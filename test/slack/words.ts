/** What people read of a payload. */

/** All its texts, whatever they stand in, with spaces between them. */
export function wordsOf(payload: unknown): string {
  const words: string[] = [];
  JSON.stringify(payload, (name, value: unknown) => {
    if ((name === 'text' || name === 'fallback') && typeof value === 'string') words.push(value);
    return value;
  });
  return words.join(' ');
}
