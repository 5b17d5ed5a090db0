import { expect, test } from 'vitest';
import { isNamedByMtaStsPolicy } from '../../../functions/policy/mta-sts/match.ts';

test.each([
  ['mail.example.com', 'mail.example.com'],
  ['mail.example.com', '*.example.com'],
  ['xn--bcher-kva.example', '*.example'],
])('%s is named by %s', (host, pattern) => {
  expect(isNamedByMtaStsPolicy(host, ['other.example', pattern])).toBe(true);
});

test.each([
  ['example.com', '*.example.com'],
  ['a.mail.example.com', '*.example.com'],
  ['mail.example.com', '*.mail.example.com'],
  ['mail.example.com', 'example.com'],
  ['mailexample.com', '*.example.com'],
  ['mail.example.com', '*.com'],
  ['com', '*.com'],
  ['mail.example.com', '*'],
])('%s is not named by %s (RFC 8461 section 4.1: one label, and a whole one)', (host, pattern) => {
  expect(isNamedByMtaStsPolicy(host, [pattern])).toBe(false);
});

test('no host is named by a policy without mx', () => {
  expect(isNamedByMtaStsPolicy('mail.example.com', [])).toBe(false);
});
