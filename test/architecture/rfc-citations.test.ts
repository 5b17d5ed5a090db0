import { expect, test } from 'vitest';
import { misspeltCitations, rfcIndexMistakes } from './rfc-citations.ts';

const index = (...rows: readonly string[]): string =>
  ['| RFC | Title | Status | Cited in | How far |', '|---|---|---|---|---|', ...rows].join('\n');
const nullMx = '| 7505 | A "Null MX" | Proposed Standard | `dns` | whole |';
const files = new Map([
  ['functions/dns/mx.ts', '// RFC 7505 section 3: nobody is at home'],
  ['test/dns/mx.test.ts', '// RFC 9999 section 1: tests may cite what they like'],
]);

test('code and index that agree are left alone', () => {
  expect(rfcIndexMistakes(files, index(nullMx))).toEqual([]);
});

test('an RFC that is cited and not listed is found', () => {
  expect(rfcIndexMistakes(files, index())).toEqual(['RFC 7505, cited in `dns`, is not in the index']);
});

test('an RFC that is listed as cited and is not, is found', () => {
  const stale = '| 8020 | NXDOMAIN | Proposed Standard | `dns` | whole |';
  expect(rfcIndexMistakes(files, index(nullMx, stale))).toEqual([
    'RFC 8020: cited in nowhere, but the index says `dns`',
  ]);
});

test('an RFC that is cited in more places than the index says is found', () => {
  const more = new Map([
    ...files,
    ['functions/check-domain.ts', '// RFC 7505 section 3'],
    ['test/lab/zone.ts', '// RFC 7505'],
  ]);
  expect(rfcIndexMistakes(more, index(nullMx))).toEqual([
    'RFC 7505: cited in `check-domain.ts`, `dns`, `test/lab`, but the index says `dns`',
  ]);
});

test('an RFC that no code cites may be listed with words', () => {
  const words = '| 8020 | NXDOMAIN | Proposed Standard | not in code | background |';
  expect(rfcIndexMistakes(files, index(nullMx, words))).toEqual([]);
});

test('a row with an empty cell, a number that is none and rows out of order are found', () => {
  const [empty, odd] = ['| 8020 | NXDOMAIN | | none | whole |', '| STD 13 | DNS | Standard | none | whole |'];
  expect(rfcIndexMistakes(files, index(nullMx, empty))).toEqual(['RFC 8020: a cell is empty']);
  expect(rfcIndexMistakes(files, index(nullMx, odd))).toEqual(['"STD 13" is not the number of an RFC']);
  expect(rfcIndexMistakes(files, index(nullMx, '| 7504 | a | b | c | d |'))).toEqual([
    'RFC 7504: rows go by number',
  ]);
});

test.each(['RFC5321', 'RFC-5321', 'RFCs 4033', 'RFC 5321 §', 'RFC 5321, Section', 'RFC 5321 sec.'])(
  '"%s" is not how an RFC is cited',
  (words) => {
    expect(misspeltCitations(new Map([['functions/dns/mx.ts', `// ${words} 4`]]))).toEqual([
      `functions/dns/mx.ts: "${words}" is written "RFC <number> section <section>"`,
    ]);
  },
);

test('"RFC 5321 section 4.2.1" is how an RFC is cited', () => {
  expect(
    misspeltCitations(new Map([['functions/dns/mx.ts', '// RFC 5321 section 4.2.1: three digits']])),
  ).toEqual([]);
});
