/** The house: which room a file is in, and that imports go one way through it. */
import { importGraph } from './imports.ts';
import type { SourceFiles } from './source-files.ts';

/** From left to right. Rooms that share a place stand side by side: neither imports the other. */
const order: readonly (readonly string[])[] = [
  ['environment.ts', 'json-fields.ts'],
  ['amazon'],
  ['question'],
  ['dns'],
  ['probe', 'received', 'sending'],
  ['policy'],
  ['assessment'],
  ['store'],
  ['check-domain.ts', 'check-headers.ts', 'check-vantage.ts'],
  ['check-tools.ts'],
  ['answers'],
  ['presenters'],
  ['http', 'slack'],
  ['doors'],
];

/** A file's room: a folder of `functions/`, one of its files, or `doors`. */
function roomOf(path: string): string {
  const [, first = ''] = path.split('/');
  return first === 'local' || first === 'aws' || first.endsWith('.handler.ts') ? 'doors' : first;
}

const placeOf = (room: string): number => order.findIndex((rooms) => rooms.includes(room));
const partOf = (path: string): string => path.split('/')[0] ?? '';

/** May a file of one room of `functions/` import one of another? */
function goesLeft(from: string, to: string): boolean {
  return roomOf(from) === roomOf(to) || placeOf(roomOf(to)) < placeOf(roomOf(from));
}

function mayImport(from: string, to: string): boolean {
  const [here, there] = [partOf(from), partOf(to)];
  if (here === 'functions') return to === 'package.json' || (there === 'functions' && goesLeft(from, to));
  if (here === 'infra') return there === 'infra' || to === 'functions/environment.ts';
  return true;
}

/** One sentence for each import that goes against the arrow, and each file that is in no room. */
export function importsAgainstTheArrow(files: SourceFiles): readonly string[] {
  const strangers = [...files.keys()]
    .filter((path) => partOf(path) === 'functions' && placeOf(roomOf(path)) === -1)
    .map((path) => `${path} is in no room of the house`);
  const wrong = [...importGraph(files)].flatMap(([from, imports]) =>
    imports.flatMap(({ specifier, path }) => {
      if (specifier === '' && partOf(from) !== 'test') return [`${from} imports something computed`];
      if (path === null || mayImport(from, path)) return [];
      return [`${from} must not import ${path}`];
    }),
  );
  return [...strangers, ...wrong];
}
