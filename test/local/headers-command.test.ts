import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { headersCommand } from '../../functions/local/headers-command.ts';
import { headersReportSchema } from '../../functions/presenters/headers-schema.ts';

const DATE = 'Mon, 1 Jan 2024 10:00:00 +0000';
const ENCRYPTED = `Received: from a.example (a.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.b.example (Postfix) with ESMTPS id 4PD5LP6gL4z9vNYC for <reader@example.org>; ${DATE}`;
const PLAIN = `Received: from a.example (a.example [192.0.2.1]) by mx.b.example (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC; ${DATE}`;
const UNSAID = `Received: from a.example ([192.0.2.1]) by mx.b.example with ESMTP; ${DATE}`;

const folder = mkdtempSync(join(tmpdir(), 'mailtls-headers-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield* [Buffer.from(text.slice(0, 7)), Buffer.from(text.slice(7))];
}
interface Run {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}
async function run(
  args: readonly string[],
  input = '',
  {
    columns = 100,
    colour = false,
    environment = {},
    interrupted = new AbortController().signal,
    isTTY = false,
  }: {
    columns?: number;
    colour?: boolean;
    environment?: Record<string, string>;
    interrupted?: AbortSignal;
    isTTY?: boolean;
  } = {},
): Promise<Run> {
  let [out, error] = ['', ''];
  const status = await headersCommand(args, {
    input: Object.assign(chunks(input), { isTTY }),
    out: (text) => (out += text),
    error: (text) => (error += text),
    watched: false,
    interrupted,
    columns,
    colour,
    environment,
  });
  return { status, out, error };
}

test('a hundred files in one call come in their order, and one that is longer leaves nothing in the next', async () => {
  const long = file('long.eml', `${PLAIN}\nX-Filler: ${'x'.repeat(400_000)}`);
  const short = file('short.eml', ENCRYPTED);
  const files = Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? long : short));
  const { out } = await run(['--json', ...files]);
  const answers = out
    .trim()
    .split('\n')
    .map((line) => headersReportSchema.parse(JSON.parse(line)).verdict.answer);
  expect(answers).toEqual(files.map((path) => (path === long ? 'not-encrypted' : 'encrypted')));
});

test('who is waited for is told what to do, and nobody else is', async () => {
  const { error, out } = await run([], ENCRYPTED, { isTTY: true });
  expect(error).toBe(
    'Paste the header of the mail, then press Enter and Ctrl-D (on Windows Ctrl-Z and Enter).\n',
  );
  expect(out).toMatch(/^Yes\./);
  expect((await run([], ENCRYPTED)).error).toBe('');
  expect((await run([file('given.eml', ENCRYPTED)], '', { isTTY: true })).error).toBe('');
});

test('interrupted, it says so and reads no more', async () => {
  const { status, out, error } = await run([file('unread.eml', ENCRYPTED)], '', {
    interrupted: AbortSignal.abort(),
  });
  expect([status, out]).toEqual([130, '']);
  expect(error).toContain('interrupted');
});

describe('the exit status is the answer', () => {
  test.each([
    ['encrypted', ENCRYPTED, 0],
    ['not encrypted', PLAIN, 1],
    ['in part', `${ENCRYPTED}\n${PLAIN}`, 1],
    ['not known', UNSAID, 2],
    ['no header', 'hello', 2],
  ])('%s', async (_, input, status) => {
    expect((await run([], input)).status).toBe(status);
  });
  test('of several, the worst', async () => {
    const [good, bad, open] = [file('good.eml', ENCRYPTED), file('bad.eml', PLAIN), file('open.eml', UNSAID)];
    expect((await run([good, open])).status).toBe(2);
    expect((await run([good, open, bad])).status).toBe(1);
    expect((await run([good, good])).status).toBe(0);
  });
  test('wrong usage and a file that is not there', async () => {
    const wrong = await run(['--jsn']);
    expect([wrong.status, wrong.out]).toEqual([64, '']);
    expect(wrong.error).toContain('--jsn');
    const missing = await run([join(folder, 'none.eml')]);
    expect([missing.status, missing.out]).toEqual([64, '']);
    expect(missing.error).toContain('none.eml');
  });
});

describe('--json', () => {
  test('a report a line, in the order of the files, each of its schema', async () => {
    const { out } = await run([
      '--json',
      file('1.eml', ENCRYPTED),
      file('2.eml', PLAIN),
      file('3.eml', UNSAID),
    ]);
    const reports = out
      .trim()
      .split('\n')
      .map((line) => headersReportSchema.parse(JSON.parse(line)));
    expect(reports.map((report) => report.verdict.answer)).toEqual(['encrypted', 'not-encrypted', 'unknown']);
  });
  test('names every fact of a hop', async () => {
    const { out } = await run(['--json'], ENCRYPTED);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'mailtls.headers/1',
      verdict: { answer: 'encrypted', trustedAnswer: 'encrypted' },
      hops: [
        {
          index: 1,
          from: { name: 'a.example', ip: '192.0.2.1', helo: null },
          by: 'mx.b.example',
          with: 'ESMTPS',
          id: '4PD5LP6gL4z9vNYC',
          for: 'reader@example.org',
          date: '2024-01-01T10:00:00Z',
          delaySeconds: null,
          encryption: 'encrypted',
          network: 'public',
          tls: {
            version: 'TLSv1.3',
            cipher: 'TLS_AES_256_GCM_SHA384',
            bits: 256,
            group: null,
            grade: 'good',
          },
          evidence: 'with ESMTPS (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))',
          dialect: 'postfix',
          trusted: true,
        },
      ],
      unreadable: 0,
    });
  });
  test('what cannot be read is counted', async () => {
    const { out } = await run(['--json'], `${ENCRYPTED}\nReceived: hello world`);
    expect(JSON.parse(out)).toMatchObject({ unreadable: 1, hops: [{ index: 1 }] });
  });
  test("the reader's own servers come from --own or the environment", async () => {
    const other = ENCRYPTED.replaceAll('mx.b.example', 'mx.c.example');
    for (const found of [
      await run(['--json', '--own', 'B.example.'], other),
      await run(['--json'], other, { environment: { MAILTLS_OWN_SERVERS: 'x.example, b.example' } }),
    ]) {
      expect(JSON.parse(found.out)).toMatchObject({
        verdict: { answer: 'encrypted', trustedAnswer: 'unknown' },
      });
    }
  });
});

describe('on a terminal', () => {
  test('the answer first, the route drawn, the words beside the colours', async () => {
    const { out } = await run([], `${ENCRYPTED}\n${PLAIN.replace('mx.b.example', 'a.example')}`);
    expect(out.split('\n')[0]).toBe('Only in part. Of 2 steps across a network, 1 was in clear text.');
    expect(out).toContain('║  encrypted · TLSv1.3 TLS_AES_256_GCM_SHA384');
    expect(out).toContain('┆  NOT ENCRYPTED');
    expect(out).toContain('recorded by your own side from here on');
  });
  test('no escape sequences without colour, and with it the same words', async () => {
    const [plain, coloured] = [await run([], PLAIN), await run([], PLAIN, { colour: true })];
    expect(plain.out).not.toContain('\u001b');
    expect(coloured.out).toContain('\u001b');
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out);
  });
  test('narrow terminals get no line that is too long', async () => {
    const { out } = await run([], ENCRYPTED, { columns: 40 });
    expect(out.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });
  test('what acts on a screen is shown as text', async () => {
    const { out } = await run([], ENCRYPTED.replace('from a.example', 'from \u001b[2Ja\u202eb.example'));
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('\u202e');
    expect(out).toContain(String.raw`\x1b[2Ja\u{202e}b.example`);
  });
});

test('a sending configuration pasted in the same place is judged', async () => {
  const text = 'myhostname = mx.example.org\nsmtp_tls_security_level = may\n';
  const { out, status } = await run([], text);
  expect(status).toBe(1);
  expect(out).toContain('decided by: smtp_tls_security_level = may');
  expect(JSON.parse((await run(['--json'], text)).out)).toMatchObject({
    schema: 'mailtls.sending/1',
    software: 'postfix',
    rules: [{ name: null, level: 'opportunistic' }],
  });
});

test('--help says how', async () => {
  const { out, status } = await run(['--help']);
  expect(status).toBe(0);
  expect(out).toContain('mailtls headers message.eml');
});
