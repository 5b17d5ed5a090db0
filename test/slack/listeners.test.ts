/** A reply in time, once, and never with a mistake of ours in it: whatever the store, Slack and people do. */
import { AwsLambdaReceiver } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS, SHORTCUTS, inRow } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import { createSlackApp } from '../../functions/slack/bolt-app.ts';
import { createBoltLog } from '../../functions/slack/bolt-log.ts';
import type { SlackDoor } from '../../functions/slack/door.ts';
import type { Called } from '../../functions/slack/slack-calls.ts';
import { STEP } from '../../functions/slack/step-answer.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import {
  appMention,
  directMessage,
  event,
  functionExecuted,
  messageShortcut,
  pressedInMessage,
  pressedInView,
  slashCommand,
  typed,
  uploaded,
  viewSubmission,
} from './events.ts';
import type { Deed, Pressed, Sent, SlackFile } from './events.ts';
import { gatewayEvent, signedRequest } from './signed-request.ts';
import { BOT_TOKEN, SIGNING_SECRET } from './slack-api.ts';
import { START_MS, testDoor } from './test-door.ts';
import type { TestDoor } from './test-door.ts';
import { wordsOf } from './words.ts';

const ANSWER = aged(domain([host([made('192.0.2.1')])]));
const EPHEMERAL = { ts: '1763790005.000100', ephemeral: true } as const;
const NEVER = new Promise<never>(() => {});
const botToken = async (): Promise<string> => BOT_TOKEN;

interface Bot extends TestDoor {
  readonly send: (
    sent: Sent,
    retry?: number,
  ) => Promise<{ readonly status: number; readonly payload: unknown }>;
}

function bot(changes: Partial<SlackDoor> = {}): Bot {
  const there = testDoor({ replyWithinMs: 1_000, ...changes });
  const receiver = new AwsLambdaReceiver({
    signingSecret: SIGNING_SECRET,
    logger: createBoltLog(there.door.log),
  });
  createSlackApp({ receiver, door: there.door, botToken, apiUrl: 'http://127.0.0.1:1/' });
  const handle = receiver.toHandler();
  return {
    ...there,
    async send(sent, retry) {
      const again = retry === undefined ? undefined : { number: retry, reason: 'http_timeout' };
      const request = signedRequest('/slack/events', sent, SIGNING_SECRET, Date.now(), again);
      const { isBase64Encoded, ...given } = gatewayEvent(request);
      const body = isBase64Encoded ? Buffer.from(given.body ?? '', 'base64').toString() : given.body;
      const reply = await handle(
        { ...given, ...(body === undefined ? {} : { body }), isBase64Encoded: false },
        {},
      );
      return {
        status: reply.statusCode,
        payload: reply.body.startsWith('{') ? JSON.parse(reply.body) : reply.body,
      };
    },
  };
}

let deeds = 0;
const deed = (): Deed => ({
  user: 'U1',
  channel: 'C1',
  triggerId: `1.2.${(deeds += 1)}`,
  responseUrl: `https://hooks.slack.example/${deeds}`,
});
const storeIsSlow = (there: TestDoor, ms = 400): SlackDoor['answers'] => ({
  ...there.answers,
  stored: async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ANSWER;
  },
});

const shareIt = (): Sent =>
  pressedInMessage(deed(), { action_id: ACTIONS.share, value: 'vendor.example' }, EPHEMERAL);

describe('in time', () => {
  test('a slow store, where work goes on behind the reply: the answer follows, once', async () => {
    const slow = storeIsSlow(testDoor());
    const there = bot({ answers: slow, replyWithinMs: 100 });
    const asked = deed();
    const { payload } = await there.send(slashCommand(asked, 'vendor.example'));
    expect(wordsOf(payload)).toMatch(/longer than Slack waits. The answer follows/);
    expect(there.calls).toMatchObject([{ to: asked.responseUrl }]);
    expect(wordsOf(there.calls[0]?.fields)).toContain('vendor.example');
    expect(there.log).toMatchObject([{ event: 'slack-late', surface: 'command' }]);
  });

  test('a slow store, where nothing runs after the reply: nothing is promised', async () => {
    const there = bot({ answers: storeIsSlow(testDoor(), 5_000), afterReply: 'frozen' });
    const { payload } = await there.send(slashCommand(deed(), 'vendor.example'));
    expect(wordsOf(payload)).toMatch(/Ask again in a minute/);
  });

  test('a store that never says whether it was asked before: it was not', async () => {
    const there = bot({ once: { first: () => NEVER }, replyWithinMs: 3_000 });
    there.answers.kept.set('vendor.example', ANSWER);
    const { payload } = await there.send(slashCommand(deed(), 'vendor.example'));
    expect(wordsOf(payload)).toContain('vendor.example');
  });

  test('what is to be remembered of a person does not hold up the answer', async () => {
    const there = testDoor();
    const stuck = bot({ recent: { ...there.door.recent, add: () => NEVER }, replyWithinMs: 3_000 });
    stuck.answers.kept.set('vendor.example', ANSWER);
    expect(wordsOf((await stuck.send(slashCommand(deed(), 'vendor.example'))).payload)).toContain(
      'vendor.example',
    );
  });

  test('a button is acknowledged although what it does is late', async () => {
    const there = bot({ answers: storeIsSlow(testDoor(), 5_000), afterReply: 'frozen' });
    const pressed = { action_id: ACTIONS.details, value: 'vendor.example' };
    expect(await there.send(pressedInMessage(deed(), pressed, EPHEMERAL))).toEqual({
      status: 200,
      payload: '',
    });
    expect(there.log).toMatchObject([{ event: 'slack-late', surface: `button ${ACTIONS.details}` }]);
  });
});

describe('once', () => {
  test('a command that comes again, as Socket Mode may send it', async () => {
    const there = bot();
    const sent = slashCommand(deed(), 'vendor.example');
    await there.send(sent);
    expect(await there.send(sent)).toEqual({ status: 200, payload: '' });
    expect(there.answers.asked).toHaveLength(1);
  });

  test('two quick presses of a button; a third one later is a new one', async () => {
    const there = bot();
    there.answers.kept.set('vendor.example', ANSWER);
    await Promise.all([there.send(shareIt()), there.send(shareIt())]);
    expect(there.calls.map(({ to }) => to)).toEqual(['chat.postMessage']);
    there.pass(5_000);
    await there.send(shareIt());
    expect(there.calls).toHaveLength(2);
  });

  test('Slack’s three retries of an event', async () => {
    const there = bot();
    const sent = appMention({ user: 'U1', channel: 'C1' }, { text: '<@U0MAILTLS> vendor.example' }, 'Ev1');
    await there.send(sent);
    for (const retry of [1, 2, 3]) expect(await there.send(sent, retry)).toMatchObject({ status: 200 });
    expect(there.calls.map(({ to }) => to)).toEqual(['chat.postMessage']);
  });
});

const broken = (): never => {
  throw new TypeError('while reading Received: from qzx7.vendor.example');
};

describe('a mistake of ours', () => {
  test('in a command: said as that, and told without what it happened to', async () => {
    const there = bot({ checkHeaders: broken });
    const { status, payload } = await there.send(slashCommand(deed(), 'Received: from a'));
    expect([status, wordsOf(payload)]).toEqual([200, expect.stringMatching(/says nothing about any domain/)]);
    expect(there.log).toMatchObject([
      { event: 'slack-mistake', surface: 'command', detail: expect.stringMatching(/^TypeError \| at /) },
    ]);
    expect(JSON.stringify(there.log)).not.toContain('qzx7');
  });

  test('behind a button: said beside it', async () => {
    const there = bot({ pageUrl: broken });
    there.answers.kept.set('vendor.example', ANSWER);
    const pressed = { action_id: ACTIONS.details, value: 'vendor.example' };
    await there.send(pressedInMessage(deed(), pressed, EPHEMERAL));
    expect(wordsOf(there.calls[0]?.fields)).toMatch(/a mistake of ours/);
  });

  test('in the form: said in its place', async () => {
    const there = bot({ checkHeaders: broken });
    const values = { [BLOCKS.headersText]: { [ACTIONS.headersText]: typed('Received: from a') } };
    const { payload } = await there.send(viewSubmission(deed(), presentHeadersForm(), values));
    expect(payload).toMatchObject({ response_action: 'update', view: { callback_id: MODALS.notice } });
  });

  test('while an event is read: acknowledged all the same', async () => {
    const there = bot({ checkHeaders: broken });
    expect(
      await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text: 'Received: from a' })),
    ).toMatchObject({
      status: 200,
    });
    expect(there.log).toMatchObject([{ event: 'slack-mistake', surface: 'event message' }]);
  });
});

describe('nothing is known of it', () => {
  test.each([
    [
      'a command of another name',
      () => ({
        ...slashCommand(deed(), 'help'),
        payload: { ...slashCommand(deed(), 'help').payload, command: '/tls' },
      }),
    ],
    ['an event that is of no interest', () => event({ type: 'team_join', user: { id: 'U9' } })],
    ['a shortcut of another version', () => messageShortcut(deed(), 'old_shortcut', { text: 'x' })],
    [
      'a button of another version',
      () => pressedInMessage(deed(), { action_id: 'old', value: 'x' }, EPHEMERAL),
    ],
    [
      'a modal of another version',
      () => viewSubmission(deed(), { ...presentHeadersForm(), callback_id: 'old' }, {}),
    ],
  ] as const)('%s is acknowledged', async (_, sent) => {
    const there = bot();
    expect(await there.send(sent())).toMatchObject({ status: 200 });
    expect(there.log).toEqual([]);
  });
});

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

describe('Slack takes no more posts for now', () => {
  test.each([
    ['goes-on', { tries: 3 }],
    ['frozen', { tries: 3, untilMs: START_MS + 18_000 }],
  ] as const)(
    'an answer is tried again, where work %s after the reply as long as that may be late',
    async (afterReply, bounds) => {
      const there = bot({ afterReply });
      there.answers.kept.set('vendor.example', ANSWER);
      await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text: 'vendor.example' }));
      await there.send(appMention({ user: 'U1', channel: 'C1' }, { text: '<@U0MAILTLS> help' }));
      const step = { [STEP.domain]: 'vendor.example' };
      await there.send(functionExecuted(STEP.callbackId, step, 'xwfp-1'));
      expect(there.calls).toMatchObject([
        { to: 'chat.postMessage', bounds },
        { to: 'chat.postEphemeral', bounds },
        { to: 'functions.completeSuccess', bounds },
      ]);
      expect(there.calls.map((call) => call.bounds)).toEqual([bounds, bounds, bounds]);
    },
  );

  test('"checking" is not: the answer could be there before it', async () => {
    const there = bot();
    await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text: 'vendor.example' }));
    expect(there.calls).toMatchObject([{ to: 'chat.postMessage', bounds: { tries: 1 } }]);
  });

  test('the reply to an event waits for the answer to it where nothing runs after the reply', async () => {
    let posted: string[] = [];
    const post = async (to: string): Promise<Called> => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      posted = [...posted, to];
      return { ok: true, answer: {} };
    };
    const there = testDoor();
    const slow = { ...there.door.calls, call: post };
    const frozen = bot({ calls: slow, replyWithinMs: 100, eventWithinMs: 5_000, afterReply: 'frozen' });
    await frozen.send(directMessage({ user: 'U1', channel: 'D1' }, { text: 'help' }));
    expect([posted, frozen.log]).toEqual([['chat.postMessage'], []]);
  });
});

test('a response of Slack that never comes holds up no command', async () => {
  const there = testDoor();
  const silent = bot({ calls: { ...there.door.calls, call: () => NEVER }, afterReply: 'frozen' });
  const { payload } = await silent.send(slashCommand(deed(), 'headers'));
  expect(wordsOf(payload)).toMatch(/longer than Slack waits/);
});
