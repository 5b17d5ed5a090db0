/**
 * One label written in letters of several scripts is how a name passes for another: `аpple` with a Cyrillic
 * first letter. Languages that mix scripts by nature are let through (UTS 39 section 5.2, "highly restrictive").
 */

/** Sets of scripts that one label may draw from; digits, hyphens and combining marks belong to every set. */
const WRITTEN_TOGETHER = [
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Common}\p{scx=Inherited}]*$/u,
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Bopomofo}\p{scx=Common}\p{scx=Inherited}]*$/u,
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hangul}\p{scx=Common}\p{scx=Inherited}]*$/u,
] as const;

/** Latin letters, and what belongs to every script. */
const ASCII = /^[a-z0-9-]*$/i;

/** Scripts of registered domain names that stand alone in a label. */
const ALONE = [
  'Arabic',
  'Armenian',
  'Bengali',
  'Cherokee',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Hebrew',
  'Kannada',
  'Khmer',
  'Lao',
  'Malayalam',
  'Mongolian',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
];

/** Tables of all characters are costly to make, and most names need none: they are made when first asked for. */
let alone: readonly RegExp[] | null = null;

/**
 * States whether a label mixes scripts that no language writes together. A script missing from the tables
 * counts as mixed: its A-label is shown, which is never wrong.
 * @param label one U-label
 */
export function mixesScripts(label: string): boolean {
  if (ASCII.test(label)) return false;
  alone ??= ALONE.map(
    (script) => new RegExp(`^[\\p{scx=${script}}\\p{scx=Common}\\p{scx=Inherited}]*$`, 'u'),
  );
  return ![...WRITTEN_TOGETHER, ...alone].some((scripts) => scripts.test(label));
}
