/** File names are nouns of the field: a drawer for anything and a file that only passes on are neither. */
import type { SourceFiles } from './source-files.ts';

const drawers = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'shared', 'misc', 'lib']);

/** One sentence for each barrel and each drawer. */
export function namesThatSayNothing(files: SourceFiles): readonly string[] {
  return [...files.keys()].flatMap((path) => {
    const names = path.split('/').map((part) => part.split('.')[0] ?? '');
    const drawer = names.find((name) => drawers.has(name));
    if (drawer !== undefined) return [`${path}: "${drawer}" does not say what is in it`];
    return names.at(-1) === 'index' ? [`${path}: a barrel hides where things are`] : [];
  });
}
