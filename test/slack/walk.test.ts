/**
 * Every surface of the bot from end to end: what Slack sends, signed, through Bolt's receiver for Lambda, checks of
 * the lab's mail servers, and what comes back to Slack, which takes it or refuses it.
 */
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { KnownBlock } from '@slack/types';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS, SHORTCUTS, inRow } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import { SCOPES } from '../../functions/slack/manifest.ts';
import { STEP } from '../../functions/slack/step-answer.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import {
  appHomeOpened,
  appMention,
  appUninstalled,
  BOT_USER,
  directMessage,
  functionExecuted,
  messageShortcut,
  ownDirectMessage,
  pressedInMessage,
  pressedInView,
  slashCommand,
  tokensRevoked,
  typed,
  uploaded,
  viewSubmission,
} from './events.ts';
import type { Deed, SlackFile } from './events.ts';
import { expectNoFaults } from './limits.ts';
import { SIGNING_SECRET, startSlackApi } from './slack-api.ts';
import type { Call, SlackApi } from './slack-api.ts';
import { PAGES, startWalkBot } from './walk-bot.ts';
import type { Replied, WalkBot } from './walk-bot.ts';
import { wordsOf } from './words.ts';

let lab: Lab;
let slack: SlackApi;
let bot: WalkBot;
const machineRoots = getCACertificates('default');

beforeAll(async () => {
  [lab, slack] = await Promise.all([
    startLab({ secondMs: 20 }),
    startSlackApi({ expected: { links: [PAGES] } }),
  ]);
  setDefaultCACertificates([...machineRoots, lab.caPem]);
  bot = await startWalkBot(lab, slack);
});
afterAll(async () => {
  await bot?.close();
  await Promise.all([lab?.close(), slack?.close()]);
  setDefaultCACertificates(machineRoots);
});
/** Whatever a test looked at, nothing that was sent breaks a rule, and nothing of ours broke. */
afterEach(() => {
  expectNoFaults(slack.calls.flatMap(({ faults }) => faults));
  const mistakes = bot.log.filter(({ event }) => event === 'slack-mistake' || event === 'store-failed');
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
  slack.faults.clear();
});

let people = 0;
/** Somebody who has not been seen before. */
const somebody = (channel?: string): Deed =>
  slack.deed({ user: `U0PERSON${(people += 1)}`, ...(channel === undefined ? {} : { channel }) });
/** The same person does something else. */
const again = ({ user, channel }: Deed): Deed => slack.deed({ user, channel });

const ask = (deed: Deed, text: string): Promise<Replied> => bot.send(slashCommand(deed, text));

/** All that is said to whoever `deed` is of, until there are so many posts. */
async function posted(deed: Deed, count = 1): Promise<readonly Call[]> {
  await expect.poll(() => slack.posts(deed).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);
  return slack.posts(deed);
}

/** The buttons of a message, by what they say. */
function buttonsOf(
  payload: unknown,
): ReadonlyMap<string, { readonly action_id: string; readonly value?: string }> {
  const { blocks = [] }: { readonly blocks?: readonly KnownBlock[] } = Object(payload);
  const elements = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
  return new Map(
    elements.flatMap((element) =>
      element.type === 'button'
        ? [
            [
              element.text.text,
              {
                action_id: element.action_id ?? '',
                ...(element.value === undefined ? {} : { value: element.value }),
              },
            ],
          ]
        : [],
    ),
  );
}

/** Asks and waits until the answer is stored, whatever else happens. */
async function known(domain: string): Promise<unknown> {
  const first = somebody();
  const { payload } = await ask(first, domain);
  if (!/checking/.test(wordsOf(payload))) return payload;
  const [answer] = await posted(first);
  return answer?.payload;
}

async function press(deed: Deed, message: unknown, label: string): Promise<Replied> {
  const button = buttonsOf(message).get(label);
  if (button === undefined)
    throw new Error(`there is no "${label}" among ${[...buttonsOf(message).keys()].join(', ')}`);
  return bot.send(pressedInMessage(deed, button, { ts: `176379${1000 + people}.000100`, ephemeral: true }));
}

const MARK = 'qzx7-marker';
const received = (hop: string): string =>
  `Received: from ${hop}.vendor.example (${hop}.vendor.example [192.0.2.10]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.us.example (Postfix) with ESMTPS id 4Pf1aa2222z2abc for <ann@us.example>; Sun, 22 Nov 2026 00:08:00 +0000`;
const HEADER = [received(MARK), received('second'), `Subject: ${MARK}`, 'To: ann@us.example', ''].join(
  '\r\n',
);

async function said(count: number): Promise<Call | undefined> {
  return (await slack.waitFor('chat.postMessage', count)).at(-1);
}

/** What the form for headers holds. */
const filled = (text: string | null, ...files: readonly SlackFile[]) => ({
  [BLOCKS.headersText]: { [ACTIONS.headersText]: typed(text) },
  [BLOCKS.headersFile]: { [ACTIONS.headersFile]: uploaded(...files) },
});

/** What a person's Home tab shows by now. */
const homeOf = ({ user }: Deed): unknown =>
  slack.callsTo('views.publish').findLast(({ payload }) => payload['user_id'] === user)?.payload['view'];
const typedAtHome = (text: string) => ({ [BLOCKS.homeDomain]: { [ACTIONS.homeDomain]: typed(text) } });

describe('the command', () => {
  test('a domain that nobody asked about: "checking" at once, then one answer and no more', async () => {
    const deed = somebody();
    const { statusCode, payload, faults } = await ask(deed, 'four-servers.example');
    expect([statusCode, faults]).toEqual([200, []]);
    expect(payload).toMatchObject({ response_type: 'ephemeral' });
    expect(wordsOf(payload)).toContain('The mail servers of four-servers.example are being asked');
    const [answer, ...more] = await posted(deed);
    expect(more).toEqual([]);
    expect(answer?.payload).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(wordsOf(answer?.payload)).toContain('four-servers.example: encrypted, not enforced');
  });

  test('a stored answer is the acknowledgement itself, with its age', async () => {
    await known('one-server.example');
    const deed = somebody();
    const { payload, faults } = await ask(deed, 'one-server.example');
    expect(faults).toEqual([]);
    expect(wordsOf(payload)).toMatch(/one-server\.example: encrypted, not enforced.*Checked .* UTC/);
    expect([...buttonsOf(payload).keys()]).toEqual([
      'Check again',
      'Details',
      'Copy a mail to the vendor',
      'Share to channel',
      'Open page',
    ]);
    expect(slack.posts(deed)).toEqual([]);
  });

  test.each([
    'ann@one-server.example',
    'https://one-server.example/path?x=1',
    '<mailto:ann@one-server.example|ann@one-server.example>',
    '<http://one-server.example|one-server.example>',
    '  ONE-SERVER.Example. ',
    '“one-server.example”',
    'is one-server.example encrypted?',
  ])('%s asks about the domain in it', async (text) => {
    await known('one-server.example');
    const { payload, faults } = await ask(somebody(), text);
    expect(faults).toEqual([]);
    expect(wordsOf(payload)).toContain('one-server.example: encrypted');
  });

  test('five domains: one row each, and one message when the last is there', async () => {
    await known('one-server.example');
    const deed = somebody();
    const { payload, faults } = await ask(
      deed,
      'one-server.example tls12.example, null-mx.example postfix.example https://exim.example/',
    );
    expect(faults).toEqual([]);
    expect(wordsOf(payload)).toMatch(/one-server\.example.*being checked/);
    const [answer, ...more] = await posted(deed);
    expect(more).toEqual([]);
    const words = wordsOf(answer?.payload);
    for (const name of ['one-server', 'tls12', 'null-mx', 'postfix', 'exim'])
      expect(words).toContain(`${name}.example`);
    expect(words).not.toContain('being checked');
  });

  test('six domains are too many, and nothing is checked', async () => {
    const { payload } = await ask(somebody(), 'a.example b.example c.example d.example e.example f.example');
    expect(wordsOf(payload)).toContain('Up to five domains');
  });

  test('thirty people at once about one domain: one check, and each gets the answer', async () => {
    const [ip = ''] = lab.addresses('mx.requiretls.example');
    const deeds = Array.from({ length: 30 }, () => somebody());
    const replies = await Promise.all(deeds.map((deed) => ask(deed, 'requiretls.example')));
    expect(replies.flatMap(({ faults }) => faults)).toEqual([]);
    const answers = await Promise.all(
      deeds.map(async (deed, index) => {
        const words = wordsOf(replies[index]?.payload);
        return /are being asked/.test(words) ? wordsOf((await posted(deed))[0]?.payload) : words;
      }),
    );
    for (const answer of answers) expect(answer).toContain('requiretls.example: encrypted');
    expect(lab.connections(ip)).toHaveLength(1);
    expect(deeds.map((deed) => slack.posts(deed).length).every((count) => count <= 1)).toBe(true);
  });

  test('headers opens the form, help helps, and history lists', async () => {
    const deed = somebody();
    expect((await ask(deed, 'headers')).payload).toBe('');
    const opened = slack.callsTo('views.open').at(-1);
    expect(opened?.payload).toMatchObject({ view: { callback_id: MODALS.headersForm } });
    const help = await ask(somebody(), 'help');
    expect([help.faults, wordsOf(help.payload)]).toEqual([
      [],
      expect.stringContaining('/mailtls vendor.com'),
    ]);
    expect(wordsOf((await ask(somebody(), '')).payload)).toContain('/mailtls vendor.com');
    await known('one-server.example');
    const history = await ask(somebody(), 'history one-server.example');
    expect(history.faults).toEqual([]);
    expect(wordsOf(history.payload)).toContain('one-server.example');
    const none = await ask(somebody(), 'history never-asked.example');
    expect(wordsOf(none.payload)).toContain('Nothing is kept');
  });

  test.each([
    ['192.0.2.1', 'IP address'],
    ['vendor', 'vendor'],
    ['nosuch.invalid-', 'hyphen'],
    ['🙂', ''],
    ['<!channel> <@U0OTHER>', ''],
    ['x'.repeat(3000), ''],
  ])('what is no domain gets a helpful sentence: %s', async (text, words) => {
    const { statusCode, payload, faults } = await ask(somebody(), text);
    expect([statusCode, faults]).toEqual([200, []]);
    expect(wordsOf(payload)).toContain(words);
    expect(wordsOf(payload).length).toBeGreaterThan(20);
  });

  test('pasted headers are answered in the acknowledgement', async () => {
    const { payload, faults } = await ask(somebody(), HEADER);
    expect(faults).toEqual([]);
    expect(wordsOf(payload)).toMatch(/encrypted/);
    expect(buttonsOf(payload).has('Share to channel')).toBe(false);
  });
});

describe('the buttons of an answer', () => {
  test('Check again respects the minute, and says how long it is', async () => {
    const answer = await known('one-server.example');
    const deed = somebody();
    expect((await press(deed, answer, 'Check again')).payload).toBe('');
    expect(wordsOf((await posted(deed))[0]?.payload)).toMatch(/checked again at most once a minute/);
  });

  test('Check again after that minute: "checking", and the new answer takes the place of the old one', async () => {
    const answer = await known('tls13.example');
    bot.skip(61_000);
    const deed = somebody();
    await press(deed, answer, 'Check again');
    const [checking, renewed] = await posted(deed, 2);
    expect(checking?.payload).toMatchObject({ replace_original: false });
    expect(wordsOf(checking?.payload)).toContain('tls13.example are being asked');
    expect(renewed?.payload).toMatchObject({ replace_original: true });
    expect(wordsOf(renewed?.payload)).toContain('tls13.example: encrypted');
  });

  test('Details is a modal with what the server said and showed', async () => {
    const answer = await known('one-server.example');
    const before = slack.callsTo('views.open').length;
    await press(somebody(), answer, 'Details');
    const view = slack.callsTo('views.open').slice(before).at(-1)?.payload['view'];
    expect(view).toMatchObject({ callback_id: MODALS.details });
    expect(wordsOf(view)).toMatch(/EHLO[^]*STARTTLS/);
    expect(wordsOf(view)).toContain('Certificate');
  });

  test('Copy a mail to the vendor is a modal with its text', async () => {
    const answer = await known('one-server.example');
    await press(somebody(), answer, 'Copy a mail to the vendor');
    const view = slack.callsTo('views.open').at(-1)?.payload['view'];
    expect(view).toMatchObject({ callback_id: MODALS.vendorMail });
    expect(JSON.stringify(view)).toContain('MTA-STS');
  });

  test('Share posts the answer to the channel, with who asked', async () => {
    const answer = await known('one-server.example');
    const deed = somebody('C0SHARED');
    await press(deed, answer, 'Share to channel');
    const shared = slack.callsTo('chat.postMessage').at(-1)?.payload;
    expect(shared).toMatchObject({ channel: 'C0SHARED', unfurl_links: false, unfurl_media: false });
    expect(JSON.stringify(shared)).toContain(deed.user);
    expect(wordsOf(shared)).toContain('one-server.example: encrypted');
  });

  test.each(['not_in_channel', 'channel_not_found'] as const)(
    'Share where Slack says %s: the person is told',
    async (error) => {
      const answer = await known('one-server.example');
      slack.faults.script('chat.postMessage', { fault: 'error', error });
      const deed = somebody();
      await press(deed, answer, 'Share to channel');
      expect(wordsOf((await posted(deed))[0]?.payload)).toContain('not in that channel');
    },
  );

  test('Open page leads to the page of the domain, and its press is acknowledged', async () => {
    const answer = await known('one-server.example');
    expect(JSON.stringify(answer)).toContain(`${PAGES}d/one-server.example`);
    const calls = slack.calls.length;
    expect((await press(somebody(), answer, 'Open page')).payload).toBe('');
    expect(slack.calls).toHaveLength(calls);
  });

  test('the buttons of several answers open the details of each', async () => {
    await Promise.all([known('one-server.example'), known('postfix.example')]);
    const { payload } = await ask(somebody(), 'one-server.example postfix.example');
    const [, second] = [...buttonsOf(payload).values()];
    expect(second).toEqual({ action_id: inRow(ACTIONS.details, 2), value: 'postfix.example' });
    await bot.send(pressedInMessage(somebody(), second ?? { action_id: '' }, { ts: '1.1', ephemeral: true }));
    expect(wordsOf(slack.callsTo('views.open').at(-1)?.payload)).toContain('postfix.example');
  });

  test('a button of another version says so', async () => {
    const deed = somebody();
    await bot.send(pressedInMessage(deed, { action_id: 'gone' }, { ts: '1.1', ephemeral: true }));
    expect(wordsOf((await posted(deed))[0]?.payload)).toContain('another version');
  });
});

describe('headers', () => {
  const form = presentHeadersForm();
  test('pasted into the form: the answer takes its place', async () => {
    const { payload, faults } = await bot.send(viewSubmission(somebody(), form, filled(HEADER)));
    expect(faults).toEqual([]);
    expect(payload).toMatchObject({ response_action: 'update', view: { callback_id: MODALS.headersAnswer } });
    expect(wordsOf(payload)).toContain(MARK);
  });

  test('a file in the form: read with the bot’s token, and the modal is filled', async () => {
    const file = slack.upload({ name: 'mail.eml', content: `${HEADER}\r\nbody`, mimetype: 'message/rfc822' });
    const { payload, faults } = await bot.send(viewSubmission(somebody(), form, filled(null, file)));
    expect(faults).toEqual([]);
    expect(wordsOf(payload)).toContain('The file is being read');
    const [update] = await slack.waitFor('views.update');
    expect(update?.payload).toMatchObject({
      view_id: 'V0LABVIEW',
      view: { callback_id: MODALS.headersAnswer },
    });
    expect(wordsOf(update?.payload)).toContain(MARK);
  });

  test('neither text nor file', async () => {
    const { payload, faults } = await bot.send(viewSubmission(somebody(), form, filled(null)));
    expect([faults, wordsOf(payload)]).toEqual([[], expect.stringContaining('Paste the header of a mail')]);
  });

  test('the form says that an uploaded file stays in Slack', () => {
    expect(wordsOf(form)).toContain('A file that you upload stays in Slack');
  });

  test('the shortcut on a message with a header in it', async () => {
    const deed = somebody();
    await bot.send(messageShortcut(deed, SHORTCUTS.messageHeaders, { text: HEADER }));
    const view = slack.callsTo('views.open').at(-1)?.payload['view'];
    expect(view).toMatchObject({ callback_id: MODALS.headersAnswer });
    expect(wordsOf(view)).toContain(MARK);
  });

  test('the shortcut on a message with a file', async () => {
    const before = slack.callsTo('views.update').length;
    const file = slack.upload({ name: 'mail.eml', content: HEADER });
    await bot.send(messageShortcut(somebody(), SHORTCUTS.messageHeaders, { text: '', files: [file] }));
    const updates = await slack.waitFor('views.update', before + 1);
    expect(wordsOf(updates.at(-1)?.payload)).toContain(MARK);
  });

  test('the shortcut on a message about lunch', async () => {
    await bot.send(messageShortcut(somebody(), SHORTCUTS.messageHeaders, { text: 'Lunch at noon?' }));
    expect(wordsOf(slack.callsTo('views.open').at(-1)?.payload)).toContain(
      'neither the header of a mail nor a domain',
    );
  });

  test('pasted in a direct message', async () => {
    const deed = somebody('D0DIRECT');
    const before = slack.callsTo('chat.postMessage').length;
    await bot.send(directMessage(deed, { text: HEADER.replaceAll('<', '&lt;').replaceAll('>', '&gt;') }));
    const answer = await said(before + 1);
    expect(answer?.payload).toMatchObject({ channel: 'D0DIRECT' });
    expect(wordsOf(answer?.payload)).toContain(MARK);
  });

  test.each([
    [
      'a long paste, which Slack makes a snippet',
      { name: 'Untitled', mode: 'snippet', mimetype: 'text/plain' },
    ],
    ['a mail', { name: 'Invoice – ünïcödé.eml', mode: 'hosted', mimetype: 'message/rfc822' }],
  ] as const)('%s in a direct message', async (_, { name, mode, mimetype }) => {
    const deed = somebody('D0DIRECT');
    const file = slack.upload({ name, mode, mimetype, content: HEADER.repeat(20), user: deed.user });
    const before = slack.callsTo('chat.postMessage').length;
    await bot.send(directMessage(deed, { text: '', files: [file] }));
    const answer = await said(before + 1);
    expect(wordsOf(answer?.payload)).toContain(MARK);
    expect(slack.callsTo('files').at(-1)).toMatchObject({ status: 200, url: file.url_private_download });
  });

  test('a file of another host is not fetched, and no token is sent there', async () => {
    const before = slack.callsTo('chat.postMessage').length;
    const downloads = slack.callsTo('files').length;
    const file = slack.upload({
      name: 'mail.eml',
      content: HEADER,
      url: slack.filesUrl.replace('files-pri', 'elsewhere'),
    });
    await bot.send(directMessage(somebody('D0DIRECT'), { text: '', files: [file] }));
    expect(wordsOf((await said(before + 1))?.payload)).toContain('The file could not be read');
    expect(slack.callsTo('files')).toHaveLength(downloads);
  });

  test('of a file of ten megabytes the beginning is read', async () => {
    const before = slack.callsTo('chat.postMessage').length;
    const content = `${HEADER}\r\n${'x'.repeat(10_000_000)}`;
    const file = slack.upload({ name: 'mail.eml', content });
    await bot.send(directMessage(somebody('D0DIRECT'), { text: '', files: [file] }));
    expect(wordsOf((await said(before + 1))?.payload)).toContain(MARK);
  });

  test('in a thread with a mention: to the person alone', async () => {
    const deed = somebody('C0PUBLIC');
    const before = slack.callsTo('chat.postMessage').length;
    await bot.send(appMention(deed, { text: `<@${BOT_USER}> ${HEADER}`, thread_ts: '1763790000.000100' }));
    const [answer] = (await slack.waitFor('chat.postEphemeral')).slice(-1);
    expect(answer?.payload).toMatchObject({
      channel: 'C0PUBLIC',
      user: deed.user,
      thread_ts: '1763790000.000100',
    });
    expect(wordsOf(answer?.payload)).toContain(MARK);
    expect(slack.callsTo('chat.postMessage')).toHaveLength(before);
  });

  test('what the bot says itself in a direct message is nobody’s question', async () => {
    const calls = slack.calls.length;
    await bot.send(ownDirectMessage(somebody('D0DIRECT'), HEADER));
    expect(slack.calls).toHaveLength(calls);
  });

  test('nothing of a header is kept, logged or handed to Slack to keep', async () => {
    const { tableName, endpoint, accessKey } = bot.table.options;
    const client = new DynamoDBClient({
      ...(endpoint === null ? {} : { endpoint }),
      region: 'us-east-1',
      credentials: { accessKeyId: accessKey ?? 'test', secretAccessKey: 'test' },
    });
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    client.destroy();
    expect(items.length).toBeGreaterThan(10);
    expect(JSON.stringify(items)).not.toContain(MARK);
    expect(
      Buffer.concat(
        items.flatMap((item) => Object.values(item).map(({ B }) => B ?? new Uint8Array())),
      ).toString('latin1'),
    ).not.toContain(MARK);
    expect(JSON.stringify(bot.log)).not.toContain(MARK);
    const views = slack.calls.map(({ payload }) => Object(payload['view']).private_metadata);
    expect(views.filter((metadata) => metadata !== undefined && metadata !== '')).toEqual([]);
  });
});

describe('App Home', () => {
  const view = presentHome({ recent: [], pageUrl: null, nowMs: 0 });

  test('opened for the first time: what it does, an input, and no list', async () => {
    const deed = somebody();
    await bot.send(appHomeOpened(deed));
    expect(wordsOf(homeOf(deed))).toContain('Is mail to them encrypted?');
    expect(wordsOf(homeOf(deed))).not.toContain('You asked about');
    expect(JSON.stringify(homeOf(deed))).toContain(PAGES);
  });

  test('the messages tab is left alone', async () => {
    const deed = somebody();
    await bot.send(appHomeOpened(deed, 'messages'));
    expect(homeOf(deed)).toBeUndefined();
  });

  test('a domain is asked about there, and is on the list of who asked alone', async () => {
    await known('one-server.example');
    const [deed, other] = [somebody(), somebody()];
    await bot.send(
      pressedInView(
        deed,
        { action_id: ACTIONS.homeCheck, block_id: 'x' },
        view,
        typedAtHome('one-server.example'),
      ),
    );
    expect(slack.callsTo('views.open').at(-1)?.payload).toMatchObject({
      view: { callback_id: MODALS.details },
    });
    expect(wordsOf(homeOf(deed))).toContain('one-server.example: encrypted');
    await bot.send(appHomeOpened(other));
    expect(wordsOf(homeOf(other))).not.toContain('one-server.example');
  });

  test('one that is not known yet is on the list as that, and then with its answer', async () => {
    const deed = somebody();
    await bot.send(
      pressedInView(
        deed,
        { action_id: ACTIONS.homeDomain, type: 'plain_text_input', value: 'sendmail.example' },
        view,
        typedAtHome('sendmail.example'),
      ),
    );
    await expect
      .poll(() => wordsOf(homeOf(deed)), { timeout: 15_000 })
      .toContain('sendmail.example: encrypted');
  });

  test('the list has ten, the latest first; Show shows one; Clear forgets all', async () => {
    const deed = somebody();
    const names = [
      'tls13',
      'tls12',
      'postfix',
      'exim',
      'null-mx',
      'one-server',
      'modern',
      'opensmtpd',
      'wildcard',
      'rsa2048',
      'expired',
    ];
    for (const name of names) await ask(again(deed), `${name}.example`);
    await bot.send(appHomeOpened(deed));
    const words = wordsOf(homeOf(deed));
    expect(words).toMatch(/expired\.example.*rsa2048\.example.*tls12\.example/);
    expect(words).not.toContain('tls13.example');
    await known('postfix.example');
    await bot.send(
      pressedInView(again(deed), { action_id: inRow(ACTIONS.homeShow, 9), value: 'postfix.example' }, view),
    );
    expect(wordsOf(slack.callsTo('views.open').at(-1)?.payload)).toContain('postfix.example');
    await bot.send(pressedInView(again(deed), { action_id: ACTIONS.homeClear }, view));
    expect(wordsOf(homeOf(deed))).not.toContain('You asked about');
  });

  test.each([
    ['the app is removed', appUninstalled],
    ['its token is revoked', tokensRevoked],
  ])('when %s, everybody’s list is gone', async (_, sent) => {
    const deed = somebody();
    await ask(deed, 'one-server.example');
    await bot.send(appHomeOpened(deed));
    expect(wordsOf(homeOf(deed))).toContain('one-server.example');
    await bot.send(sent());
    await bot.send(appHomeOpened(deed));
    expect(wordsOf(homeOf(deed))).not.toContain('one-server.example');
  });
});

describe('a mention and a direct message with a domain', () => {
  test('in a thread: the answer stands in that thread', async () => {
    await known('one-server.example');
    const before = slack.callsTo('chat.postMessage').length;
    const text = `<@${BOT_USER}> what about <http://one-server.example|one-server.example>?`;
    await bot.send(appMention(somebody('C0PUBLIC'), { text, thread_ts: '1763790000.000100' }));
    const answer = (await slack.waitFor('chat.postMessage', before + 1)).at(-1);
    expect(answer?.payload).toMatchObject({ channel: 'C0PUBLIC', thread_ts: '1763790000.000100' });
    expect(wordsOf(answer?.payload)).toContain('one-server.example: encrypted');
  });

  test('in a channel: a thread begins, with "checking" and then the answer', async () => {
    const before = slack.callsTo('chat.postMessage').length;
    await bot.send(
      appMention(somebody('C0PUBLIC'), { text: `<@${BOT_USER}> exchange.example`, ts: '1763790099.000100' }),
    );
    const answers = (await slack.waitFor('chat.postMessage', before + 2)).slice(before);
    expect(answers.map(({ payload }) => payload['thread_ts'])).toEqual([
      '1763790099.000100',
      '1763790099.000100',
    ]);
    expect(wordsOf(answers[0]?.payload)).toContain('are being asked');
    expect(wordsOf(answers[1]?.payload)).toContain('exchange.example: encrypted');
  });

  test('in a channel that the bot is not in: the person is told elsewhere', async () => {
    await known('one-server.example');
    const before = slack.callsTo('chat.postMessage').length;
    slack.faults.script('chat.postMessage', { fault: 'error', error: 'not_in_channel' });
    const deed = somebody('C0PUBLIC');
    await bot.send(appMention(deed, { text: `<@${BOT_USER}> one-server.example` }));
    const answers = (await slack.waitFor('chat.postMessage', before + 2)).slice(before);
    expect(answers[1]?.payload).toMatchObject({ channel: deed.user });
  });

  test('a direct message', async () => {
    await known('one-server.example');
    const before = slack.callsTo('chat.postMessage').length;
    await bot.send(directMessage(somebody('D0DIRECT'), { text: 'one-server.example' }));
    const answer = (await slack.waitFor('chat.postMessage', before + 1)).at(-1);
    expect(answer?.payload).toMatchObject({ channel: 'D0DIRECT' });
    expect(wordsOf(answer?.payload)).toContain('one-server.example: encrypted');
  });
});

describe('a step of a workflow', () => {
  const token = 'xwfp-lab-step-token';

  test('a domain in, an answer and its sentence out', async () => {
    await bot.send(functionExecuted(STEP.callbackId, { [STEP.domain]: 'no-starttls.example' }, token, 'Fx1'));
    const [done] = (await slack.waitFor('functions.completeSuccess')).slice(-1);
    expect(done).toMatchObject({
      token,
      payload: {
        function_execution_id: 'Fx1',
        outputs: {
          [STEP.answer]: expect.any(String),
          [STEP.sentence]: expect.stringContaining('no-starttls.example'),
        },
      },
    });
  });

  test('what is no domain ends the step with a sentence', async () => {
    await bot.send(functionExecuted(STEP.callbackId, { [STEP.domain]: '192.0.2.1' }, token, 'Fx2'));
    const [done] = (await slack.waitFor('functions.completeError')).slice(-1);
    expect(done?.payload).toMatchObject({
      function_execution_id: 'Fx2',
      error: expect.stringContaining('IP address'),
    });
  });
});

describe('safety', () => {
  test('a request that Slack did not sign, or signed long ago, is refused and does nothing', async () => {
    const deed = somebody();
    const sent = slashCommand(deed, 'headers');
    const calls = slack.calls.length;
    expect(await bot.send(sent, { secret: 'guess' })).toMatchObject({ statusCode: 401, payload: '' });
    expect(await bot.send(sent, { atMs: Date.now() - 301_000 })).toMatchObject({ statusCode: 401 });
    expect(slack.calls).toHaveLength(calls);
    expect(JSON.stringify(bot.log)).not.toContain(SIGNING_SECRET);
  });

  test('Slack’s retries and a double click are answered once', async () => {
    const answer = await known('one-server.example');
    const mention = appMention(
      somebody('C0PUBLIC'),
      { text: `<@${BOT_USER}> one-server.example` },
      'Ev0RETRIED',
    );
    const before = slack.callsTo('chat.postMessage').length;
    await bot.send(mention);
    for (const number of [1, 2, 3]) await bot.send(mention, { retry: { number, reason: 'http_timeout' } });
    expect(slack.callsTo('chat.postMessage')).toHaveLength(before + 1);
    const deed = somebody('C0TWICE');
    await Promise.all([
      press(deed, answer, 'Share to channel'),
      press(again(deed), answer, 'Share to channel'),
    ]);
    expect(
      slack.callsTo('chat.postMessage').filter(({ payload }) => payload['channel'] === 'C0TWICE'),
    ).toHaveLength(1);
  });

  test('what a hostile server says makes no link, mention or formatting', async () => {
    const answer = await known('hostile-banner.example');
    expect(wordsOf(answer)).toContain('hostile-banner.example');
    await press(somebody(), answer, 'Details');
    const view = slack.callsTo('views.open').at(-1)?.payload['view'];
    expect(wordsOf(view)).toContain('<!channel>');
    expect(markupOf(view)).not.toContain('script');
    expect(markupOf(view)).not.toContain('channel>');
  });

  test('twenty servers, a header of sixty steps and a subject of 180,000 characters stay within Slack’s limits', async () => {
    const answer = await known('twenty-servers.example');
    await press(somebody(), answer, 'Details');
    const hops = Array.from({ length: 60 }, (_, index) => received(`hop-${index}`)).join('\r\n');
    const form = presentHeadersForm();
    const values = {
      [BLOCKS.headersText]: {
        [ACTIONS.headersText]: typed(`${hops}\r\nSubject: ${'*x*'.repeat(60_000)}\r\n`),
      },
    };
    const { faults } = await bot.send(viewSubmission(somebody(), form, values));
    expect(faults).toEqual([]);
  });

  test.each([true, false])(
    'letters of all scripts survive, whether the gateway encodes them: %s',
    async (base64) => {
      await known('bücher.example');
      const deed = somebody(`D0LETTERS${base64}`);
      const sent = directMessage(deed, { text: 'Grüße! Was ist mit bücher.example? 日本 🙂' });
      expect(await bot.send(sent, { base64 })).toMatchObject({ statusCode: 200 });
      const answers = slack
        .callsTo('chat.postMessage')
        .filter(({ payload }) => payload['channel'] === deed.channel);
      expect(answers.map(({ payload }) => wordsOf(payload))).toEqual([
        expect.stringContaining('bücher.example: encrypted'),
      ]);
    },
  );

  test('a name that looks like another is shown as it is in the DNS too', async () => {
    expect(wordsOf(await known('bücher.example'))).toContain('xn--bcher-kva.example');
  });
});

describe('Slack in trouble', () => {
  test('an expired response_url is logged, and not tried for ever', async () => {
    const deed = somebody();
    slack.faults.script('response_url', { fault: 'status', status: 404 }, 10);
    await ask(deed, 'greeting-554.example');
    await expect.poll(() => slack.posts(deed).length, { timeout: 15_000 }).toBe(1);
    await expect
      .poll(() =>
        bot.log.filter((entry) => entry.event === 'slack-call-failed' && entry.to === 'response_url'),
      )
      .not.toEqual([]);
    expect(JSON.stringify(bot.log)).not.toContain('/response/');
  });

  test('429 with Retry-After: posted again after it, within the posts that are left', async () => {
    const deed = somebody();
    slack.faults.script('response_url', { fault: 'rate-limited', retryAfterSeconds: 1 }, 1);
    await ask(deed, 'multi-line-greeting.example');
    const posts = await posted(deed, 2);
    expect(posts.map(({ status }) => status)).toEqual([429, 200]);
    expect(wordsOf(posts[1]?.payload)).toContain('multi-line-greeting.example');
  });

  test.each([
    ['the token was revoked', { fault: 'error', error: 'token_revoked' }, 'no longer accepts the token'],
    ['the account is gone', { fault: 'error', error: 'account_inactive' }, 'no longer accepts the token'],
    ['the trigger is too old', { fault: 'error', error: 'expired_trigger_id' }, 'Slack did not take'],
    ['Slack is down', { fault: 'down' }, 'Slack did not take'],
    ['Slack answers 503', { fault: 'status', status: 503 }, 'Slack did not take'],
  ] as const)(
    'a modal does not open because %s: the person is told beside the button',
    async (_, fault, words) => {
      const answer = await known('one-server.example');
      slack.faults.script('views.open', fault);
      const deed = somebody();
      expect((await press(deed, answer, 'Details')).statusCode).toBe(200);
      expect(wordsOf((await posted(deed))[0]?.payload)).toContain(words);
    },
  );

  test('Slack is silent: the command is acknowledged all the same', async () => {
    slack.faults.script('views.open', { fault: 'silent' });
    const { statusCode } = await ask(somebody(), 'headers');
    expect(statusCode).toBe(200);
  });
});

/** Of the Web API, as its reference has it (docs.slack.dev, methods, read 2026-11-22); null: none is needed. */
const SCOPE_OF: Readonly<Record<string, keyof typeof SCOPES | null>> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'files.info': 'files:read',
  files: 'files:read',
  response_url: 'commands',
  'views.open': null,
  'views.update': null,
  'views.publish': null,
  'functions.completeSuccess': null,
  'functions.completeError': null,
};

test('all of this needed no more than what the manifest asks for, and most of that', () => {
  const used = new Set(slack.calls.map(({ to }) => to));
  expect([...used].filter((to) => !(to in SCOPE_OF))).toEqual([]);
  const needed = [...used].flatMap((to) => SCOPE_OF[to] ?? []);
  expect(new Set(needed)).toEqual(new Set(['chat:write', 'files:read', 'commands']));
  expect(Object.keys(SCOPES)).toEqual(expect.arrayContaining(needed));
});

/** What stands in Slack's own markup, where a stranger's words would act. */
function markupOf(payload: unknown): string {
  const texts: string[] = [];
  JSON.stringify(payload, (_, value: unknown) => {
    if (Object(value).type === 'mrkdwn') texts.push(String(Object(value).text));
    return value;
  });
  return texts.join('\n');
}
