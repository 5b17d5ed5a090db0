/** A reply in time, once, and never with a mistake of ours in it: whatever the store, Slack and people do. */
import { describe, expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS, SHORTCUTS } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import type { SlackDoor } from '../../functions/slack/door.ts';
import type { Called } from '../../functions/slack/slack-calls.ts';
import { STEP } from '../../functions/slack/step-answer.ts';
import {
  appMention,
  directMessage,
  event,
  functionExecuted,
  messageShortcut,
  pressedInMessage,
  slashCommand,
  typed,
  viewSubmission,
} from './events.ts';
import { ANSWER, bot, deed, EPHEMERAL, shareIt } from './test-bot.ts';
import { START_MS, testDoor } from './test-door.ts';
import type { TestDoor } from './test-door.ts';
import { wordsOf } from './words.ts';

const NEVER = new Promise<never>(() => {});
const storeIsSlow = (there: TestDoor, ms = 400): SlackDoor['answers'] => ({
  ...there.answers,
  stored: async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ANSWER;
  },
});

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

  test('of quick presses, those by another, elsewhere or of another button are not the same', async () => {
    const there = bot();
    there.answers.kept.set('vendor.example', ANSWER);
    const press = (action: string, changes: { ts?: string; user?: string }) => {
      const { ts = EPHEMERAL.ts, user = 'U1' } = changes;
      const pressed = { action_id: action, value: 'vendor.example' };
      return there.send(pressedInMessage({ ...deed(), user }, pressed, { ts, ephemeral: true }));
    };
    await press(ACTIONS.details, {});
    await press(ACTIONS.details, { user: 'U2' });
    await press(ACTIONS.details, { ts: '1763790005.000200' });
    await press(ACTIONS.vendorMail, {});
    expect(there.calls).toHaveLength(4);
    await press(ACTIONS.details, {});
    expect(there.calls).toHaveLength(4);
  });

  test('Slack’s three retries of an event', async () => {
    const there = bot();
    const sent = appMention({ user: 'U1', channel: 'C1' }, { text: '<@U0MAILTLS> vendor.example' }, 'Ev1');
    await there.send(sent);
    for (const [retry, afterMs] of [
      [1, 0],
      [2, 60_000],
      [3, 300_000],
    ] as const) {
      there.pass(afterMs);
      expect(await there.send(sent, retry)).toMatchObject({ status: 200 });
    }
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

  test('in the menu of a message: said in a modal', async () => {
    const there = bot({ checkHeaders: broken });
    const message = { text: 'Received: from a' };
    await there.send(messageShortcut(deed(), SHORTCUTS.messageHeaders, message));
    expect(there.calls).toMatchObject([
      { to: 'views.open', fields: { view: { callback_id: MODALS.notice } } },
    ]);
    expect(wordsOf(there.calls[0]?.fields)).toMatch(/a mistake of ours/);
  });

  test('in the form: said in its place', async () => {
    const there = bot({ checkHeaders: broken });
    const values = { [BLOCKS.headersText]: { [ACTIONS.headersText]: typed('Received: from a') } };
    const { payload } = await there.send(viewSubmission(deed(), presentHeadersForm(), values));
    expect(payload).toMatchObject({ response_action: 'update', view: { callback_id: MODALS.notice } });
  });

  test.each([
    [
      'a direct message',
      () => directMessage({ user: 'U1', channel: 'D1' }, { text: 'Received: from a' }),
      { to: 'chat.postMessage', fields: { channel: 'D1' } },
    ],
    [
      'a mention',
      () => appMention({ user: 'U1', channel: 'C1' }, { text: '<@U0MAILTLS> Received: from a', ts: '1.5' }),
      { to: 'chat.postEphemeral', fields: { channel: 'C1', user: 'U1', thread_ts: '1.5' } },
    ],
  ])('while %s is read: acknowledged all the same, and the person is told', async (_, sent, told) => {
    const there = bot({ checkHeaders: broken });
    expect(await there.send(sent())).toMatchObject({ status: 200 });
    expect(there.log).toMatchObject([{ event: 'slack-mistake' }]);
    expect(there.calls).toMatchObject([told]);
    expect(wordsOf(there.calls[0]?.fields)).toMatch(/a mistake of ours.*says nothing about any domain/);
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

  test('what is known and asked in a conversation is brought later; what a header says is kept nowhere', async () => {
    const there = bot({ afterReply: 'frozen' });
    there.answers.kept.set('vendor.example', ANSWER);
    const full = { ok: false, because: 'rate-limited', code: 'ratelimited', retryAfterSeconds: 40 } as const;
    for (const method of ['chat.postMessage', 'functions.completeSuccess']) there.refusals.set(method, full);
    const channel = { user: 'U1', channel: 'D1' };
    await there.send(directMessage(channel, { text: 'vendor.example' }));
    expect(there.putOff).toEqual([{ domain: 'vendor.example', delaySeconds: 40 }]);
    const step = { [STEP.domain]: 'vendor.example' };
    await there.send(functionExecuted(STEP.callbackId, step, 'xwfp-1'));
    expect(there.putOff).toHaveLength(2);
    await there.send(directMessage(channel, { text: 'Received: from a by b with ESMTPS id 1' }));
    expect(there.putOff).toHaveLength(2);
    there.refusals.clear();
    await there.delivery.deliver(ANSWER);
    expect(
      there.calls
        .slice(3)
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['chat.postMessage', 'functions.completeSuccess']);
  });

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
