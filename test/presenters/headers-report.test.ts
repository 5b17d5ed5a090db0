import { expect, test } from 'vitest';
import type { AssessedHeaders } from '../../functions/check-headers.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { presentHeadersReport, presentSendingReport } from '../../functions/presenters/headers-report.ts';
import { headersReportSchema } from '../../functions/presenters/headers-schema.ts';
import {
  presentHeadersOnTerminal,
  presentSendingOnTerminal,
} from '../../functions/presenters/headers-terminal.ts';
import { wordDuration } from '../../functions/presenters/headers-wording.ts';
import { LONGEST_INPUT_BYTES } from '../../functions/received/message-text.ts';

const DATE = 'Mon, 1 Jan 2024 10:00:00 +0000';
const HOP = `Received: from a.example (a.example [192.0.2.1]) by MX.b.example (Postfix) with ESMTPS id A1B2C3D; ${DATE}`;

const OPTIONS = { ownServers: [], nowMs: 0, gradeTls: () => null };

function headersOf(text: string): AssessedHeaders {
  const [only] = checkHeaders(Buffer.from(text), OPTIONS);
  if (only?.kind !== 'headers') throw new Error('no headers');
  return only;
}
const notes = (text: string): readonly string[] =>
  presentHeadersReport(headersOf(text)).notes.map((note) => note.code);

test.each([
  [false, null, 'this server does not offer encryption, though it did then.'],
  [true, 'TLSv1.3', 'this server offers encryption (TLS 1.3); then it was TLS 1.2.'],
  [true, 'TLSv1.2', 'this server offers encryption (TLS 1.2), as it did then.'],
  [true, null, 'this server offers encryption, as it did then.'],
])('what the same server offers today stands beside the hop: %s, %s', (encrypted, version, text) => {
  const today = new Map([['mx.b.example', { checkedAt: '2026-11-22T01:02:03Z', encrypted, version }]]);
  const then = HOP.replace('ESMTPS', 'ESMTPS (using TLSv1.2 with cipher AES128-SHA (128/128 bits))');
  const report = headersReportSchema.parse(presentHeadersReport(headersOf(then), today));
  expect(report.hops[0]?.today?.text).toBe(`Checked on 2026-11-22, ${text}`);
  expect(presentHeadersReport(headersOf(HOP)).hops[0]?.today).toBeNull();
});

test('a hop that did not say, beside what its server offers today', () => {
  const plain = HOP.replace('ESMTPS', 'ESMTP');
  const today = new Map([
    ['mx.b.example', { checkedAt: '2026-11-22T01:02:03Z', encrypted: true, version: null }],
  ]);
  expect(presentHeadersReport(headersOf(plain), today).hops[0]?.today?.text).toBe(
    'Checked on 2026-11-22, this server offers encryption.',
  );
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

test('one that the reader’s own side wrote keeps the answer for that side from being yes, one below it does not', () => {
  const [above, below] = [`Received: hello\n${HOP}`, `${HOP}\nReceived: hello`].map(
    (text) => headersOf(text).route,
  );
  expect([above?.answer, above?.trustedAnswer]).toEqual(['unknown', 'unknown']);
  expect([below?.answer, below?.trustedAnswer]).toEqual(['unknown', 'encrypted']);
});

test('a header that was cut keeps the answer from being yes, a body that was cut does not', () => {
  const filler = 'x'.repeat(LONGEST_INPUT_BYTES);
  expect(presentHeadersReport(headersOf(`${HOP}\nX-Filler: ${filler}`)).verdict.answer).toBe('unknown');
  expect(presentHeadersReport(headersOf(`${HOP}\n\n${filler}`)).verdict.answer).toBe('encrypted');
});

test('nor does a blank line of what stands before it make a header whole', () => {
  const cut = `${HOP}\nX-Filler: ${'x'.repeat(LONGEST_INPUT_BYTES)}`;
  expect(presentHeadersReport(headersOf(`Here is the header.\n\n${cut}`)).verdict.answer).toBe('unknown');
  const separator = 'From a@b.example Mon Nov 23 10:00:00 2026';
  const mailbox = `${separator}\n${HOP}\n\nbody\n\n${separator}\n${cut}`;
  const answers = checkHeaders(Buffer.from(mailbox), OPTIONS).map((result) =>
    result.kind === 'headers' ? result.route.answer : null,
  );
  expect(answers).toEqual(['encrypted', 'unknown']);
});

test('a thousand hops are read, and the rest counted', () => {
  const headers = headersOf(`${HOP}\n`.repeat(1500));
  expect([headers.hops.length, headers.unreadable]).toEqual([1000, 500]);
});

test('a thousand hops are read of all messages together, so that no mailbox makes an answer many times its size', () => {
  const message = `From a@b.example Mon Nov 23 2026\n${HOP}\n\n`;
  const results = checkHeaders(Buffer.from(message.repeat(1200)), OPTIONS);
  const hops = results.map((result) => (result.kind === 'headers' ? result.hops.length : -1));
  expect(hops).toHaveLength(1200);
  expect(hops.slice(999, 1001)).toEqual([1, 0]);
  expect(results.at(-1)).toMatchObject({ unreadable: 1, route: { answer: 'unknown' } });
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

const SILENT_HOP = `Received: from a.example (a.example [192.0.2.1]) by nekochan (Coremail) with SMTP id 1; ${DATE}`;

const sentence = (text: string): string => presentHeadersReport(headersOf(text)).verdict.sentence;

test('where no step says anything, that is not counted out', () => {
  expect(sentence(SILENT_HOP)).toBe(
    'Not known. The one step this mail took across a network does not say whether it was encrypted.',
  );
  expect(sentence(`${SILENT_HOP}\n${SILENT_HOP.replaceAll('a.example', 'b.example')}`)).toBe(
    'Not known. None of the 2 steps this mail took across a network says whether it was encrypted.',
  );
});

test('on a terminal no sentence begins with a space, and none is wider than can be read', () => {
  for (const columns of [60, 140]) {
    const shown = presentHeadersOnTerminal(presentHeadersReport(headersOf(SILENT_HOP)), {
      colour: false,
      columns,
    });
    const note = shown.slice(shown.indexOf('No header says')).trimEnd().split('\n');
    expect(note.length).toBeGreaterThan(1);
    for (const line of note) expect(line).toMatch(/^\S(?:.{0,98}\S)?$/);
  }
});

test('a rule that stands alone is not said to be about other mail', () => {
  const [configuration] = checkHeaders(Buffer.from('smtp_tls_security_level = may\n'), {
    ownServers: [],
    nowMs: 0,
    gradeTls: () => null,
  });
  if (configuration?.kind !== 'sending') throw new Error('no configuration');
  const report = presentSendingReport(configuration);
  expect(report.sentence).toMatch(/^All mail: encrypts where the other server offers it/);
  expect(presentSendingOnTerminal(report, { colour: false, columns: 60 })).toMatch(
    /^All mail: .*\n {2}Encryption is used where it is offered\.\n {2}decided by: smtp_tls_security_level = may\n$/s,
  );
});
