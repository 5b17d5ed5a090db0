/** The fields of a JSON object that comes from elsewhere. */

/** @returns each with whatever value it has; none where the text is no JSON, or no object */
export function jsonFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
