/** What a person sees of blocks: lines of text, cells of a table, buttons. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (isObject(value)) yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const content of Object.values(value)) yield* objectsIn(content);
}

/** Of a date, what is shown where Slack does not reckon it. */
function textOf(run: unknown): string {
  if (!isObject(run)) return '';
  if (run['type'] === 'rich_text') return linesIn([run]).join('\n');
  const text = run['text'] ?? run['fallback'];
  return typeof text === 'string' ? text : '';
}
const LINES = new Set(['rich_text_section', 'rich_text_preformatted']);

/** Each section and preformatted part of rich text, in order. */
export const linesIn = (blocks: readonly unknown[]): readonly string[] =>
  [...objectsIn(blocks)].flatMap(({ type, elements }) =>
    LINES.has(String(type)) && Array.isArray(elements) ? [elements.map(textOf).join('')] : [],
  );

export function cellsIn(blocks: readonly unknown[]): readonly (readonly string[])[] {
  const rows = blocks.flatMap((block) => (isObject(block) && block['type'] === 'table' ? block['rows'] : []));
  return rows.map((row) => (Array.isArray(row) ? row.map(textOf) : []));
}

interface Action {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

export const actionsIn = (blocks: readonly unknown[]): readonly Action[] =>
  [...objectsIn(blocks)].flatMap(({ type, action_id: id, text, value }) =>
    type === 'button' ? [{ id: String(id), label: textOf(text), value: String(value) }] : [],
  );

/** What stands in inputs before anybody types. */
export const prefilledIn = (blocks: readonly unknown[]): readonly string[] =>
  [...objectsIn(blocks)].flatMap(({ initial_value: text }) => (typeof text === 'string' ? [text] : []));
