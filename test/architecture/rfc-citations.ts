/**
 * The RFCs that code depends on, cited at the line that depends on them, and the index that says how far each
 * is followed. The index names the rooms that cite an RFC; both must tell the same story.
 */
import { tableRows } from './markdown-table.ts';
import type { SourceFiles } from './source-files.ts';

/** The name a file goes by in the index: its room, `infra`, or `test/lab`; null where citations don't count. */
function placeOf(path: string): string | null {
  const [part, first = ''] = path.split('/');
  if (part === 'functions') return first;
  if (part === 'infra') return 'infra';
  return path.startsWith('test/lab/') && !path.endsWith('.test.ts') ? 'test/lab' : null;
}

/** The places that cite each RFC, by its number. */
export function citedRfcs(files: SourceFiles): ReadonlyMap<number, ReadonlySet<string>> {
  const cited = new Map<number, Set<string>>();
  for (const [path, text] of files) {
    const place = placeOf(path);
    if (place === null) continue;
    for (const [, digits] of text.matchAll(/\bRFC (\d{3,5})\b/g)) {
      const number = Number(digits);
      cited.set(number, (cited.get(number) ?? new Set()).add(place));
    }
  }
  return cited;
}

/** One sentence for each citation that is not of the form `RFC 5321 section 4.2.1`, which a search finds. */
export function misspeltCitations(files: SourceFiles): readonly string[] {
  return [...files].flatMap(([path, text]) =>
    placeOf(path) === null
      ? []
      : [...text.matchAll(/\bRFC[-_]?\d+|\bRFCs \d+|\bRFC \d+,? ?(?:§|[Ss]ec\.|Section|s\.)/g)].map(
          ([words]) => `${path}: "${words}" is written "RFC <number> section <section>"`,
        ),
  );
}

/** One sentence for each RFC that the code and `docs/rfc-index.md` tell a different story about. */
export function rfcIndexMistakes(files: SourceFiles, index: string): readonly string[] {
  const cited = citedRfcs(files);
  const rows = tableRows(index);
  const numbers = rows.map(([number]) => Number(number));
  const mistakes = [...cited]
    .filter(([number]) => !numbers.includes(number))
    .map(([number, places]) => `RFC ${number}, cited in ${written(places)}, is not in the index`);
  rows.forEach(([number = '', title, status, where = '', extent], row) => {
    const named = new Set([...where.matchAll(/`([^`]+)`/g)].map(([, place = '']) => place));
    const places = cited.get(Number(number)) ?? new Set<string>();
    if (!/^\d{3,5}$/.test(number)) mistakes.push(`"${number}" is not the number of an RFC`);
    else if (!title || !status || !where || !extent) mistakes.push(`RFC ${number}: a cell is empty`);
    else if (Number(number) <= (numbers[row - 1] ?? 0)) mistakes.push(`RFC ${number}: rows go by number`);
    else if (written(named) !== written(places)) {
      mistakes.push(`RFC ${number}: cited in ${written(places)}, but the index says ${written(named)}`);
    }
  });
  return mistakes;
}

const written = (places: ReadonlySet<string>): string =>
  places.size === 0
    ? 'nowhere'
    : [...places]
        .toSorted()
        .map((place) => `\`${place}\``)
        .join(', ');
