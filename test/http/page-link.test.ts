import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { opensPage, signPageLink } from '../../functions/http/page-link.ts';
import type { PageLink } from '../../functions/http/page-link.ts';

const KEY = 'a key of thirty-two characters, or more';
const NOW = Date.parse('2026-11-22T01:02:03Z');
const DAY_MS = 24 * 3_600_000;

function linkOf(path: string): PageLink {
  const { searchParams } = new URL(path, 'https://mailtls.example');
  return { until: searchParams.get('until') ?? '', seal: searchParams.get('seal') ?? '' };
}

test('a link leads to the page of its domain and says until when', () => {
  expect(signPageLink(KEY, 'vendor.com', NOW)).toMatch(/^\/d\/vendor\.com\?until=1795395723&seal=[\w-]{43}$/);
});

test('a link opens the page of its domain for 24 hours and not a second more', () => {
  const link = linkOf(signPageLink(KEY, 'vendor.com', NOW));
  expect(opensPage(KEY, 'vendor.com', link, NOW)).toBe(true);
  expect(opensPage(KEY, 'vendor.com', link, NOW + DAY_MS - 1000)).toBe(true);
  expect(opensPage(KEY, 'vendor.com', link, NOW + DAY_MS)).toBe(false);
});

test('a link to one domain does not open another, and another key opens nothing', () => {
  const link = linkOf(signPageLink(KEY, 'vendor.com', NOW));
  expect(opensPage(KEY, 'other.com', link, NOW)).toBe(false);
  expect(opensPage(`${KEY}!`, 'vendor.com', link, NOW)).toBe(false);
});

test('a time put off breaks the seal', () => {
  const link = linkOf(signPageLink(KEY, 'vendor.com', NOW));
  const later = { ...link, until: String(Number(link.until) + 60) };
  expect(opensPage(KEY, 'vendor.com', later, NOW)).toBe(false);
});

test('a link that is good for longer than any is made for does not open, whoever sealed it', () => {
  const link = linkOf(signPageLink(KEY, 'vendor.com', NOW + DAY_MS));
  expect(opensPage(KEY, 'vendor.com', link, NOW)).toBe(false);
});

test('what anybody writes into a link opens nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (until, seal) => {
      expect(opensPage(KEY, 'vendor.com', { until, seal }, NOW)).toBe(false);
    }),
  );
});
