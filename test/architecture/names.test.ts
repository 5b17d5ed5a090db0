import { expect, test } from 'vitest';
import { namesThatSayNothing } from './names.ts';

test.each(['functions/dns/index.ts', 'infra/index.ts'])('%s is a barrel', (path) => {
  expect(namesThatSayNothing(new Map([[path, '']]))).toEqual([`${path}: a barrel hides where things are`]);
});

test.each([
  ['functions/utils/escape.ts', 'utils'],
  ['functions/dns/helpers.ts', 'helpers'],
  ['test/common.ts', 'common'],
])('%s is a drawer', (path, name) => {
  expect(namesThatSayNothing(new Map([[path, '']]))).toEqual([
    `${path}: "${name}" does not say what is in it`,
  ]);
});

test('a noun of the field is a name', () => {
  expect(namesThatSayNothing(new Map([['functions/dns/mail-exchangers.ts', '']]))).toEqual([]);
});
