/** A list of domains as people have it: a JSON array, or a column of a spreadsheet saved as CSV. */

export type ReadDomainList =
  | { readonly ok: true; readonly asked: readonly string[] }
  /** `detail`: a sentence. */
  | { readonly ok: false; readonly because: 'malformed-body' | 'too-many-domains'; readonly detail: string };

export const LIST_TYPES = ['application/json', 'text/csv'] as const;
export type ListType = (typeof LIST_TYPES)[number];

export async function readDomainList(bytes: Uint8Array, type: ListType): Promise<ReadDomainList> {
  const { MOST_DOMAINS, domainListSchema } = await import('./schemas/domain-list.ts');
  const text = textOf(bytes);
  if (text === null) return { ok: false, because: 'malformed-body', detail: 'The body is not UTF-8 text.' };
  const read =
    type === 'text/csv'
      ? { success: true as const, data: firstColumn(text) }
      : domainListSchema.safeParse(json(text));
  if (!read.success) {
    const detail = 'The body must be a JSON array of strings, each a domain, a mail address or a link.';
    return { ok: false, because: 'malformed-body', detail };
  }
  const { length } = read.data;
  if (length > MOST_DOMAINS) {
    const detail = `The list has ${length} domains, and ${MOST_DOMAINS} may be asked about at once.`;
    return { ok: false, because: 'too-many-domains', detail };
  }
  if (length === 0) return { ok: false, because: 'malformed-body', detail: 'The list is empty.' };
  return { ok: true, asked: read.data };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // takes a byte order mark away
  } catch {
    return null;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a first line that is a heading says of its column. */
const HEADINGS = new Set(['domain', 'domains', 'email', 'e-mail', 'address', 'vendor', 'url', 'website']);
/** A cell in quotes or without (RFC 4180 section 2), ended by a separator; spreadsheets of some countries write `;`. */
const FIRST_CELL = /^\s*(?:"((?:[^"]|"")*)"|([^,;\t"]*))\s*(?:[,;\t]|$)/;

/** The first cell of every line that has one. Domains have no line breaks in them, so a line is a record. */
function firstColumn(text: string): string[] {
  const cells = text.split(/\r\n|\n|\r/).flatMap((line) => {
    const [, quoted, plain] = FIRST_CELL.exec(line) ?? [];
    const cell = (quoted?.replaceAll('""', '"') ?? plain ?? line).trim().slice(0, 2049);
    return cell === '' ? [] : [cell];
  });
  return HEADINGS.has(cells[0]?.toLowerCase() ?? '') ? cells.slice(1) : cells;
}
