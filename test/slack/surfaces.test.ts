/** What each surface says, where and to whom, whatever is stored and whatever it is given. */
import { describe, expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS, SHORTCUTS, inRow } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import {
  appMention,
  directMessage,
  event,
  messageShortcut,
  pressedInMessage,
  pressedInView,
  slashCommand,
  typed,
  uploaded,
  viewSubmission,
} from './events.ts';
import type { Pressed, SlackFile } from './events.ts';
import { ANSWER, bot, deed, EPHEMERAL, shareIt } from './test-bot.ts';
import type { Bot } from './test-bot.ts';
import { wordsOf } from './words.ts';

const FILE: SlackFile = {
  id: 'F1',
  name: 'mail.eml',
  mimetype: 'message/rfc822',
  filetype: 'eml',
  mode: 'hosted',
  size: 1000,
  user: 'U1',
  url_private: 'https://files.slack.com/files-pri/T1-F1/mail.eml',
  url_private_download: 'https://files.slack.com/files-pri/T1-F1/download/mail.eml',
};
const withFiles = (...files: readonly SlackFile[]) => ({
  [BLOCKS.headersText]: { [ACTIONS.headersText]: typed(null) },
  [BLOCKS.headersFile]: { [ACTIONS.headersFile]: uploaded(...files) },
});

describe('headers', () => {
  test('of a file in the form only ids are handed on', async () => {
    const there = bot();
    const sent = viewSubmission(deed(), presentHeadersForm(), withFiles(FILE));
    expect((await there.send(sent)).payload).toMatchObject({ response_action: 'update' });
    expect(there.handedOn).toEqual([
      { fileId: 'F1', userId: 'U1', channelId: null, inPublic: false, threadTs: null, viewId: 'V0LABVIEW' },
    ]);
  });

  test('a file that nobody will read is said so', async () => {
    const there = bot({ handOffFile: async () => false });
    const { payload } = await there.send(viewSubmission(deed(), presentHeadersForm(), withFiles(FILE)));
    expect(wordsOf(payload)).toMatch(/could not be read/);
    await there.send(messageShortcut(deed(), SHORTCUTS.messageHeaders, { text: '', files: [FILE] }));
    expect(there.calls.map(({ to }) => to)).toEqual(['views.open', 'views.update']);
    expect(wordsOf(there.calls[1]?.fields)).toMatch(/could not be read/);
  });

  test('two files are one too many, wherever they are given', async () => {
    const there = bot();
    const files = [FILE, { ...FILE, id: 'F2' }];
    expect(
      wordsOf((await there.send(viewSubmission(deed(), presentHeadersForm(), withFiles(...files)))).payload),
    ).toMatch(/one file at a time/);
    await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text: '', files }));
    await there.send(messageShortcut(deed(), SHORTCUTS.messageHeaders, { text: '', files }));
    for (const { fields } of there.calls) expect(wordsOf(fields)).toMatch(/one file at a time/);
    expect([there.calls.length, there.handedOn]).toEqual([2, []]);
  });

  test('in a channel the answer is for the person alone, and where that cannot be, in their own conversation', async () => {
    const there = bot();
    const text =
      '<@U0MAILTLS> Received: from a (a.example [192.0.2.1]) by b.example with ESMTPS id 1; Sun, 22 Nov 2026 00:08:00 +0000';
    await there.send(appMention({ user: 'U1', channel: 'C1' }, { text, ts: '1.5' }));
    expect(there.calls).toMatchObject([
      { to: 'chat.postEphemeral', fields: { channel: 'C1', user: 'U1', thread_ts: '1.5' } },
    ]);
    there.refusals.set('chat.postEphemeral', {
      ok: false,
      because: 'not-in-channel',
      code: 'not_in_channel',
      retryAfterSeconds: null,
    });
    await there.send(appMention({ user: 'U1', channel: 'C1' }, { text, ts: '1.6' }));
    expect(there.calls.slice(1)).toMatchObject([
      { to: 'chat.postEphemeral' },
      { to: 'chat.postMessage', fields: { channel: 'U1' } },
    ]);
  });

  test('the message of a shortcut that is a domain is answered as one, to the person alone', async () => {
    const there = bot();
    there.answers.kept.set('vendor.example', ANSWER);
    const asked = deed();
    await there.send(
      messageShortcut(asked, SHORTCUTS.messageHeaders, { text: '<http://vendor.example|vendor.example>' }),
    );
    expect(there.calls).toMatchObject([{ to: asked.responseUrl, fields: { response_type: 'ephemeral' } }]);
  });

  test.each([
    ['thread_broadcast', 1],
    ['me_message', 1],
    ['message_changed', 0],
    ['message_deleted', 0],
    ['bot_message', 0],
  ])('a direct message of the kind %s is answered %i times', async (subtype, times) => {
    const there = bot();
    const said = {
      type: 'message',
      subtype,
      channel: 'D1',
      channel_type: 'im',
      user: 'U1',
      ts: '1.8',
      text: 'help',
    };
    await there.send(event(said));
    expect(there.calls.map(({ to }) => to)).toEqual(Array.from({ length: times }, () => 'chat.postMessage'));
  });

  test('what people write to each other in a channel is nobody’s question', async () => {
    const there = bot();
    const said = { type: 'message', channel: 'C1', user: 'U1', ts: '1.9', text: 'vendor.example' };
    for (const kind of ['channel', 'group', 'mpim']) await there.send(event({ ...said, channel_type: kind }));
    expect([there.calls, there.answers.asked]).toEqual([[], []]);
    await there.send(event({ ...said, channel_type: 'im' }));
    expect(there.calls).toHaveLength(1);
  });

  test('another app’s message is nobody’s question, and no conversation of two bots begins', async () => {
    const there = bot();
    const others = {
      type: 'app_mention',
      user: 'U9',
      bot_id: 'B9',
      channel: 'C1',
      ts: '1.7',
      text: '<@U0MAILTLS> vendor.example',
    };
    await there.send(event(others));
    expect(there.calls).toEqual([]);
  });
});

test.each([true, false])(
  'a page is linked to where it can be opened: an answer that is kept (%s) is on one',
  async (kept) => {
    const there = bot({ pageUrl: (name) => `https://mailtls.example/d/${name}` });
    there.answers.kept.set('vendor.example', { ...ANSWER, kept });
    const { payload } = await there.send(slashCommand(deed(), 'vendor.example'));
    const pressed = { action_id: ACTIONS.details, value: 'vendor.example' };
    await there.send(pressedInMessage(deed(), pressed, EPHEMERAL));
    await there.send(shareIt());
    const shown = [payload, ...there.calls.map(({ fields }) => fields)];
    expect(shown).toHaveLength(3);
    for (const one of shown) expect(wordsOf(one).includes('Open page')).toBe(kept);
  },
);

test('a history that cannot be read is not one that nobody began', async () => {
  const there = bot();
  there.answers.states.set('vendor.example', null);
  const said = async (name: string): Promise<string> =>
    wordsOf((await there.send(slashCommand(deed(), `history ${name}`))).payload);
  expect(await said('vendor.example')).toMatch(/not looked up.*says nothing about the domain/);
  expect(await said('never.example')).toMatch(/no history.*nobody has asked about it lately\. Ask now$/);
});

test.each([
  ['a mention', () => appMention({ user: 'U1', channel: 'C1' }, { text: '<@U0MAILTLS> vendor.example' })],
  ['a direct message', () => directMessage({ user: 'U1', channel: 'D1' }, { text: 'vendor.example' })],
  [
    'a shortcut on a message',
    () => messageShortcut(deed(), SHORTCUTS.messageHeaders, { text: 'vendor.example' }),
  ],
  ['a command', () => slashCommand(deed(), 'vendor.example')],
])('what somebody asks by %s is on their own list', async (_, sent) => {
  const added: (readonly string[])[] = [];
  const there = bot();
  const remembering = bot({
    recent: {
      ...there.door.recent,
      async add(_viewer, domains) {
        added.push(domains);
        return { ok: true, value: null };
      },
    },
  });
  await remembering.send(sent());
  expect(added).toEqual([['vendor.example']]);
});

describe('an answer in a conversation', () => {
  test.each([
    ['a mention', () => appMention({ user: 'U1', channel: 'C1' }, { text: '<@U0MAILTLS> vendor.example' })],
    ['a direct message', () => directMessage({ user: 'U1', channel: 'D1' }, { text: 'vendor.example' })],
  ])('to %s has nothing to share: all who are there read it', async (_, sent) => {
    const there = bot();
    there.answers.kept.set('vendor.example', ANSWER);
    await there.send(sent());
    expect(there.calls).toMatchObject([{ to: 'chat.postMessage' }]);
    expect(wordsOf(there.calls[0]?.fields)).toContain('Check again');
    expect(wordsOf(there.calls[0]?.fields)).not.toContain('Share to channel');
  });

  test.each([
    ['there', { ts: '1.5', ephemeral: false }, false],
    ['to one person alone', EPHEMERAL, true],
  ])('that was shown %s is renewed there, as it is by then', async (_, message, shared) => {
    const there = bot();
    there.answers.checks.set('vendor.example', () => ANSWER);
    const again = { action_id: ACTIONS.checkAgain, value: 'vendor.example' };
    await there.send(pressedInMessage(deed(), again, message));
    expect(there.calls).toMatchObject([{ fields: { replace_original: true } }]);
    expect(wordsOf(there.calls[0]?.fields).includes('Share to channel')).toBe(shared);
  });
});

const HOME = presentHome({ recent: [], pageUrl: null, nowMs: 0 });
const typedAtHome = (text: string | null) => ({
  [BLOCKS.homeDomain]: { [ACTIONS.homeDomain]: typed(text) },
});

const press = (there: Bot, pressed: Pressed, text: string | null = null) =>
  there.send(pressedInView(deed(), pressed, HOME, typedAtHome(text)));

describe('the Home tab', () => {
  test.each([
    [null, 'no domain'],
    ['history vendor.example', 'no domain'],
    ['a.com b.com c.com d.com e.com f.com', 'too many domains'],
    ['vendor', 'not a domain'],
  ])('what is no question there is answered in a modal: %j', async (text, words) => {
    const there = bot();
    await press(there, { action_id: ACTIONS.homeCheck }, text);
    expect(there.calls[0]).toMatchObject({
      to: 'views.open',
      fields: { view: { callback_id: MODALS.notice } },
    });
    expect(wordsOf(there.calls[0]?.fields)).toContain(`? ${words}`);
    expect(there.answers.asked).toEqual([]);
  });

  test('"headers" there opens the form for them', async () => {
    const there = bot();
    await press(there, { action_id: ACTIONS.homeCheck }, 'headers');
    expect(there.calls).toMatchObject([
      { to: 'views.open', fields: { view: { callback_id: MODALS.headersForm } } },
    ]);
  });

  test('what is typed there is checked, and the tab says that it is', async () => {
    const there = bot();
    await press(there, { action_id: ACTIONS.homeCheck }, 'Vendor.example.');
    expect(there.answers.asked).toMatchObject([{ domain: 'vendor.example' }]);
    expect(there.calls.map(({ to }) => to).toSorted()).toEqual(['views.open', 'views.publish']);
  });

  test('a recent domain of which nothing is known any more is asked about again', async () => {
    const there = bot();
    await press(there, { action_id: inRow(ACTIONS.homeShow, 1), value: 'vendor.example' });
    expect(there.answers.asked).toMatchObject([{ domain: 'vendor.example' }]);
    const opened = there.calls.find(({ to }) => to === 'views.open');
    expect(wordsOf(opened?.fields)).toContain('The mail servers of vendor.example are being asked');
  });
});

test('in a direct message "checking" is said before the answer, and the answer once', async () => {
  const there = bot();
  there.answers.checks.set('vendor.example', async () => {
    await there.delivery.deliver(ANSWER);
    return ANSWER;
  });
  await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text: 'vendor.example' }));
  const said = there.calls.map(({ fields }) => (/being asked/.test(wordsOf(fields)) ? 'checking' : 'answer'));
  expect(said).toEqual(['checking', 'answer']);
});

test('as many checks wait as may: a direct message is told, though it was said that it is being checked', async () => {
  const there = bot();
  there.answers.checks.set('vendor.example', () => ({ outcome: 'busy', retryAfterSeconds: 15 }));
  await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text: 'vendor.example' }));
  expect(wordsOf(there.calls.at(-1)?.fields)).toContain('15 s');
});
