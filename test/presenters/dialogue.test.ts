import { expect, test } from 'vitest';
import { dialogueOf } from '../../functions/presenters/dialogue.ts';
import { presentReportOnTerminal } from '../../functions/presenters/report-terminal.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import type { TranscriptLine } from '../../functions/probe/probe-evidence.ts';
import { connection, domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';

const shown = (...transcript: readonly TranscriptLine[]): readonly string[] =>
  dialogueOf(transcript).map(({ time, text }) => `${time} ${text}`);

const server = (atMs: number, line: string): TranscriptLine => ({ atMs, from: 'server', line });
const note = (atMs: number, line: string): TranscriptLine => ({ atMs, from: 'note', line });

test('what was sent and what came have their marks, notes of ours stand in parentheses', () => {
  expect(
    shown(
      note(0, '-- connecting to 192.0.2.1 port 25'),
      server(31, '220 mx1.vendor.example ESMTP'),
      { atMs: 31, from: 'client', line: 'STARTTLS' },
      note(57, '-- TLS handshake, modern hello'),
    ),
  ).toEqual([
    '     0 ms (connecting to 192.0.2.1 port 25)',
    '    31 ms < 220 mx1.vendor.example ESMTP',
    '    31 ms > STARTTLS',
    '    57 ms (TLS handshake: we offer TLS 1.2 and newer)',
  ]);
});

test('another connection begins after an empty line, and says why it was made', () => {
  expect(
    shown(
      note(0, 'first look at 2026-11-22T01:02:03.456Z, legacy hello'),
      note(0, 'second look at 2026-11-22T01:03:04.456Z, modern hello'),
    ),
  ).toEqual([
    ' ',
    '          (once more, 2026-11-22 01:02 UTC, offering TLS 1.0 and newer)',
    ' ',
    '          (a second look, 2026-11-22 01:03 UTC, offering TLS 1.2 and newer)',
  ]);
});

test('a line that a server repeats is shown once and counted', () => {
  const lines = Array.from({ length: 169 }, (_, index) => server(index, '220-one more line of welcome'));
  expect(shown(...lines, note(900, '-- longer than any reply may be'))).toEqual([
    '     0 ms < 220-one more line of welcome',
    '   168 ms (the same 168 times more)',
    '   900 ms (longer than any reply may be)',
  ]);
  expect(shown(server(1, '250 a'), server(2, '250 a'))).toHaveLength(2);
});

test('on a terminal no server can write where our times, marks and notes stand', () => {
  const forged = `220 ${'x'.repeat(53)}${'     1 ms > MAIL FROM:<>'.repeat(9)} (certificate trusted)`;
  const transcript = [server(1, forged)];
  const { evidence, judgement } = aged(domain([host([made('192.0.2.1', connection({ transcript }))])]));
  const question = { domain: 'vendor.example', displayDomain: 'vendor.example' };
  const presented = presentReport(question, evidence, judgement, '');
  if (presented.outcome !== 'report') throw new Error(presented.sentence);
  const text = presentReportOnTerminal(
    presented.report,
    { colour: false, columns: 80 },
    { transcript: true },
  );
  const dialogue = /Dialogue with [^\n]*\n(.*?)\n\n/s.exec(text)?.[1]?.split('\n') ?? [];
  expect(dialogue.length).toBeGreaterThan(3);
  expect(dialogue[0]).toMatch(/^ {5}1 ms < 220 x/);
  for (const line of dialogue.slice(1)) expect(line).toMatch(/^ {12}/);
  for (const line of dialogue) expect(line.length).toBeLessThanOrEqual(80);
});
