/** What Slack sent, read field by field: a payload that is not as documented has empty fields, and breaks nothing. */

/** States what is at a path of names, as it came. */
export function valueAt(payload: unknown, ...path: readonly string[]): unknown {
  let value: unknown = payload;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value;
}

/** @returns the text at a path; empty: there is none */
export function textAt(payload: unknown, ...path: readonly string[]): string {
  const value = valueAt(payload, ...path);
  return typeof value === 'string' ? value : '';
}

export function textOrNullAt(payload: unknown, ...path: readonly string[]): string | null {
  const text = textAt(payload, ...path);
  return text === '' ? null : text;
}

/** @returns the items of the list at a path; none: there is no list */
export function listAt(payload: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(payload, ...path);
  return Array.isArray(value) ? value : [];
}
