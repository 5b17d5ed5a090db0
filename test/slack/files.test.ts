/** Files are read from Slack's file host and from nowhere else; what is in them goes to the person alone. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerFile } from '../../functions/slack/file-answer.ts';
import { readFileTask } from '../../functions/slack/file-task.ts';
import type { FileTask } from '../../functions/slack/file-task.ts';
import { createFetchFile } from '../../functions/slack/slack-files.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { BOT_TOKEN, startSlackApi } from './slack-api.ts';
import type { SlackApi } from './slack-api.ts';
import { testDoor } from './test-door.ts';
import type { TestDoor } from './test-door.ts';
import { wordsOf } from './words.ts';

const HEADER =
  'Received: from mx.vendor.example (mx.vendor.example [192.0.2.10]) by mx.us.example (Postfix) with ESMTPS id 4Pf1aa for <ann@us.example>; Sun, 22 Nov 2026 00:08:00 +0000\r\nSubject: x\r\n\r\n';

let slack: SlackApi;
let seen: string[];
beforeEach(async () => {
  [slack, seen] = [await startSlackApi(), []];
});
afterEach(() => slack.close());

const fetchFrom = (filesUrl: string) =>
  createFetchFile({
    filesUrl,
    botToken: async () => BOT_TOKEN,
    fetch: (address, options) => {
      seen.push(new Request(address).url);
      return fetch(address, options);
    },
    timeoutMs: 2_000,
  });

describe('the file host', () => {
  test('gives a file to the bot’s token', async () => {
    const file = slack.upload({ name: 'mail.eml', content: HEADER });
    const content = await fetchFrom(slack.filesUrl)(file.url_private_download);
    expect(Buffer.from(content ?? []).toString()).toBe(HEADER);
    expect(slack.callsTo('files')).toMatchObject([{ token: BOT_TOKEN, status: 200 }]);
  });

  test('of a file larger than 256 KiB the beginning is read, and the rest is left', async () => {
    const file = slack.upload({ name: 'mail.eml', content: Buffer.alloc(8 * 1024 * 1024, 'x') });
    expect((await fetchFrom(slack.filesUrl)(file.url_private))?.byteLength).toBe(256 * 1024 + 1);
  });

  test('of a file that never ends no more than that is taken in', async () => {
    const chunk = new Uint8Array(64 * 1024);
    let taken = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        taken += 1;
        if (taken > 100) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const read = createFetchFile({
      filesUrl: slack.filesUrl,
      botToken: async () => BOT_TOKEN,
      fetch: async () => new Response(endless),
      timeoutMs: 2_000,
    });
    expect((await read(`${slack.filesUrl}T1-F1/mail.eml`))?.byteLength).toBe(256 * 1024 + 1);
    expect(taken).toBeLessThan(8);
  });

  test('a redirect to the sign-in page is not followed', async () => {
    const file = slack.upload({ name: 'mail.eml', content: HEADER });
    const stranger = createFetchFile({
      filesUrl: slack.filesUrl,
      botToken: async () => 'xoxb-stranger',
      fetch,
      timeoutMs: 2_000,
    });
    expect(await stranger(file.url_private)).toBeNull();
    expect(slack.callsTo('files').map(({ status }) => status)).toEqual([302]);
  });

  test.each([
    'https://files.slack.com.evil.example/files-pri/T1-F1/mail.eml',
    'https://files.slack.com@evil.example/files-pri/T1-F1/mail.eml',
    'https://ann:secret@files.slack.com/files-pri/T1-F1/mail.eml',
    'http://files.slack.com/files-pri/T1-F1/mail.eml',
    'https://files.slack.com:8443/files-pri/T1-F1/mail.eml',
    'https://evil.example/?https://files.slack.com/',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    '//files.slack.com/x',
    '',
  ])('the bot’s token is not sent to %s', async (address) => {
    expect(await fetchFrom('https://files.slack.com/')(address)).toBeNull();
    expect(seen).toEqual([]);
  });

  test.each(['down', 'silent'] as const)('that is %s gives nothing, in its time', async (fault) => {
    const file = slack.upload({ name: 'mail.eml', content: HEADER });
    slack.faults.script('files', { fault });
    const fetchFile = createFetchFile({
      filesUrl: slack.filesUrl,
      botToken: async () => BOT_TOKEN,
      fetch,
      timeoutMs: 100,
    });
    expect(await fetchFile(file.url_private)).toBeNull();
  });
});

const TASK: FileTask = {
  fileId: 'F1',
  userId: 'U1',
  channelId: null,
  inPublic: false,
  threadTs: null,
  viewId: null,
};
/** A workspace whose one file has that content; null: it is not handed over. */
async function answered(
  task: Partial<FileTask>,
  content: string | null,
  there = testDoor(),
): Promise<TestDoor> {
  await answerFile(
    { ...TASK, ...task },
    {
      ...there.door,
      fetchFile: async () => (content === null ? null : Buffer.from(content)),
      timeoutMs: 1_000,
      patienceMs: 16_000,
    },
  );
  return there;
}
const methods = ({ calls }: TestDoor): readonly string[] => calls.map(({ to }) => to);

describe('the answer about a file', () => {
  test.each([
    [{ viewId: 'V1' }, 'views.update', { view_id: 'V1' }],
    [{}, 'chat.postMessage', { channel: 'U1' }],
    [{ channelId: 'D1', threadTs: '1.2' }, 'chat.postMessage', { channel: 'D1', thread_ts: '1.2' }],
    [
      { channelId: 'C1', inPublic: true, threadTs: '1.2' },
      'chat.postEphemeral',
      { channel: 'C1', user: 'U1', thread_ts: '1.2' },
    ],
  ] as const)('given at %o goes to the person alone', async (task, method, fields) => {
    const there = await answered(task, HEADER);
    expect(methods(there)).toEqual(['files.info', method]);
    expect(there.calls[1]?.fields).toMatchObject(fields);
    expect(wordsOf(there.calls[1]?.fields)).toContain('mx.us.example');
  });

  test('says what the servers offer today, from what is stored', async () => {
    const there = testDoor();
    const hosts = [host([made('192.0.2.1')], { host: 'mx.us.example' })];
    there.answers.kept.set('us.example', aged({ ...domain(hosts), domain: 'us.example' }));
    await answered({ channelId: 'D1' }, HEADER, there);
    expect(wordsOf(there.calls[1]?.fields)).toContain('Checked on 2026-11-22, this server offers encryption');
  });

  test('is tried again where Slack takes no more for now, as long as there is time for it', async () => {
    const there = await answered({ channelId: 'D1' }, HEADER);
    const untilMs = there.door.now() + 16_000;
    expect(there.calls.map(({ bounds }) => bounds)).toEqual([
      { timeoutMs: 1_000, tries: 3, untilMs },
      { timeoutMs: 1_000, tries: 3, untilMs },
    ]);
  });

  test('comes in the person’s own conversation where the bot may not post', async () => {
    const there = testDoor();
    there.refusals.set('chat.postEphemeral', {
      ok: false,
      because: 'not-in-channel',
      code: 'not_in_channel',
      retryAfterSeconds: null,
    });
    await answered({ channelId: 'C1', inPublic: true, threadTs: '1.2' }, HEADER, there);
    expect(methods(there)).toEqual(['files.info', 'chat.postEphemeral', 'chat.postMessage']);
    expect(there.calls[2]?.fields).toMatchObject({ channel: 'U1' });
    expect(wordsOf(there.calls[2]?.fields)).toContain('mx.us.example');
  });

  test('comes as a message when the modal was closed', async () => {
    const there = testDoor();
    there.refusals.set('views.update', {
      ok: false,
      because: 'refused',
      code: 'not_found',
      retryAfterSeconds: null,
    });
    await answered({ viewId: 'V1' }, HEADER, there);
    expect(methods(there)).toEqual(['files.info', 'views.update', 'chat.postMessage']);
    expect(there.calls[2]?.fields).toMatchObject({ channel: 'U1' });
  });

  test.each([
    ['that Slack does not hand over', null, /could not be read/],
    ['with a shopping list in it', 'milk, eggs, bread', /neither the header of a mail nor a domain/],
  ])('%s is a helpful sentence', async (_, content, words) => {
    expect(wordsOf((await answered({ channelId: 'D1' }, content)).calls.at(-1)?.fields)).toMatch(words);
  });
});

test('an app that was installed without the right to files says so', async () => {
  const there = testDoor();
  const refused = { ok: false, because: 'missing-scope', code: 'missing_scope' } as const;
  there.refusals.set('files.info', { ...refused, retryAfterSeconds: null });
  await answered({ channelId: 'D1' }, HEADER, there);
  expect(wordsOf(there.calls.at(-1)?.fields)).toMatch(/installed with fewer rights than it needs/);
});

test('a mistake of ours while reading: the person is told, and then whoever called', async () => {
  const there = testDoor({
    checkHeaders: () => {
      throw new TypeError('in a line of it');
    },
  });
  await expect(answered({ viewId: 'V1' }, HEADER, there)).rejects.toThrow(TypeError);
  expect(there.calls.at(-1)).toMatchObject({ to: 'views.update', fields: { view_id: 'V1' } });
  expect(JSON.stringify(there.calls.at(-1)?.fields)).toContain('a mistake of ours');
});

describe('what is handed on', () => {
  test('is ids, read as they were written', () => {
    const task: FileTask = { ...TASK, channelId: 'C1', inPublic: true, threadTs: '1.2', viewId: 'V1' };
    expect(readFileTask(JSON.parse(JSON.stringify(task)))).toEqual(task);
    expect(readFileTask(JSON.parse(JSON.stringify(TASK)))).toEqual(TASK);
  });

  test.each([undefined, null, 'F1', [], {}, { fileId: 'F1' }, { fileId: 1, userId: 'U1' }])(
    '%o is none',
    (given) => {
      expect(readFileTask(given)).toBeNull();
    },
  );
});
