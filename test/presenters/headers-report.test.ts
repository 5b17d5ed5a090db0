import { expect, test } from 'vitest';
import type { AssessedHeaders } from '../../functions/check-headers.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { presentHeadersReport, serversToCompare } from '../../functions/presenters/headers-report.ts';
import { headersReportSchema } from '../../functions/presenters/headers-schema.ts';
import { wordDuration } from '../../functions/presenters/headers-wording.ts';
import { LONGEST_INPUT_BYTES } from '../../functions/received/message-text.ts';

const DATE = 'Mon, 1 Jan 2024 10:00:00 +0000';
const HOP = `Received: from a.example (a.example [192.0.2.1]) by MX.b.example (Postfix) with ESMTPS id A1B2C3D; ${DATE}`;

function headersOf(text: string): AssessedHeaders {
  const [only] = checkHeaders(Buffer.from(text), { ownServers: [], nowMs: 0, gradeTls: () => null });
  if (only?.kind !== 'headers') throw new Error('no headers');
  return only;
}
const notes = (text: string): readonly string[] =>
  presentHeadersReport(headersOf(text)).notes.map((note) => note.code);

test('what the same server offers today stands beside the hop', () => {
  const headers = headersOf(HOP);
  expect(serversToCompare(headers)).toEqual(['mx.b.example']);
  const today = new Map([
    ['mx.b.example', { checkedAt: '2026-11-22T01:02:03Z', encrypted: false, version: null }],
  ]);
  const report = headersReportSchema.parse(presentHeadersReport(headers, today));
  expect(report.hops[0]?.today?.text).toBe(
    'Checked on 2026-11-22, this server does not offer encryption, though it did then.',
  );
  expect(presentHeadersReport(headers).hops[0]?.today).toBeNull();
});

test('servers on a private network or without a name are not looked up', () => {
  expect(serversToCompare(headersOf(HOP.replaceAll('192.0.2.1', '10.0.0.1')))).toEqual([]);
  expect(serversToCompare(headersOf(HOP.replace('MX.b.example', '192.0.2.7')))).toEqual([]);
});

test('what no header can say is said once', () => {
  expect(notes(HOP)).toEqual(['first-and-last-mile']);
  expect(notes('')).toEqual(['no-received-field']);
});

test('a text that was cut and fields that could not be read are told of', () => {
  expect(notes(`${HOP}\nReceived: hello\nX-Filler: ${'x'.repeat(LONGEST_INPUT_BYTES)}`)).toEqual([
    'unreadable',
    'truncated',
    'first-and-last-mile',
  ]);
});

test('a field that could not be read keeps the answer from being yes', () => {
  const { verdict } = presentHeadersReport(headersOf(`${HOP}\nReceived: hello`));
  expect(verdict).toMatchObject({
    answer: 'unknown',
    sentence: 'Not known. What could be read was encrypted, but some steps could not be read.',
  });
});

test('a thousand hops are read, and the rest counted', () => {
  const headers = headersOf(`${HOP}\n`.repeat(1500));
  expect([headers.hops.length, headers.unreadable]).toEqual([1000, 500]);
});

test.each([
  [1, '1 second'],
  [-30, '30 seconds'],
  [300, '5 minutes'],
  [7200, '2 hours'],
  [259_200, '3 days'],
])('%d s is %s', (seconds, words) => {
  expect(wordDuration(seconds)).toBe(words);
});
