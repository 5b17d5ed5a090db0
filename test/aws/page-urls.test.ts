import { expect, test } from 'vitest';
import { pageUrls } from '../../functions/aws/page-urls.ts';
import { LINK_KEY } from './emulated-stack.ts';

const BASE = 'https://mailtls.example';
const now = (): number => Date.parse('2026-11-22T01:02:03Z');

test.each([
  ['no address of pages', '', true, LINK_KEY, null, null],
  [
    'an address where people are let in by themselves',
    BASE,
    false,
    '',
    `${BASE}/d/vendor.example`,
    `${BASE}/`,
  ],
  ['an address with a slash at its end', `${BASE}/`, false, '', `${BASE}/d/vendor.example`, `${BASE}/`],
  ['sealed links without a key', BASE, true, '', null, null],
  ['sealed links and a key that could be guessed', BASE, true, 'short', null, null],
])('%s', (_, MAILTLS_PAGE_URL, MAILTLS_PAGE_LINKS, key, ofDomain, start) => {
  const pageUrl = pageUrls({ MAILTLS_PAGE_URL, MAILTLS_PAGE_LINKS }, () => key, now);
  expect([pageUrl('vendor.example'), pageUrl(null)]).toEqual([ofDomain, start]);
});

test('a sealed link opens one domain, and there is none to where the pages begin', () => {
  const pageUrl = pageUrls({ MAILTLS_PAGE_URL: BASE, MAILTLS_PAGE_LINKS: true }, () => LINK_KEY, now);
  expect(pageUrl('vendor.example')).toMatch(
    /^https:\/\/mailtls\.example\/d\/vendor\.example\?until=1795395723&seal=[\w-]{43}$/,
  );
  expect(pageUrl(null)).toBeNull();
});
