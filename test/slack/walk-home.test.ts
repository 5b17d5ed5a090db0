/** The Home tab, mentions, direct messages and steps of workflows, from end to end. */
import { describe, expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS, inRow } from '../../functions/presenters/slack-actions.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import { STEP } from '../../functions/slack/step-answer.ts';
import {
  appHomeOpened,
  appMention,
  appUninstalled,
  BOT_USER,
  directMessage,
  functionExecuted,
  pressedInView,
  tokensRevoked,
  typed,
} from './events.ts';
import type { Deed } from './events.ts';
import { buttonsOf, useWalk } from './walk.ts';
import { PAGES } from './walk-bot.ts';
import { wordsOf } from './words.ts';

const walk = useWalk();

/** What a person's Home tab shows by now. */
const homeOf = ({ user }: Deed): unknown =>
  walk.slack.callsTo('views.publish').findLast(({ payload }) => payload['user_id'] === user)?.payload['view'];
const typedAtHome = (text: string) => ({ [BLOCKS.homeDomain]: { [ACTIONS.homeDomain]: typed(text) } });

describe('App Home', () => {
  const view = presentHome({ recent: [], pageUrl: null, nowMs: 0 });

  test('opened for the first time: what it does, an input, and no list', async () => {
    const deed = walk.somebody();
    await walk.bot.send(appHomeOpened(deed));
    expect(wordsOf(homeOf(deed))).toContain('Is mail to them encrypted on its way?');
    expect(wordsOf(homeOf(deed))).not.toContain('You asked about');
    expect(JSON.stringify(homeOf(deed))).toContain(PAGES);
  });

  test('the messages tab is left alone', async () => {
    const deed = walk.somebody();
    await walk.bot.send(appHomeOpened(deed, 'messages'));
    expect(homeOf(deed)).toBeUndefined();
  });

  test('a domain is asked about there, and is on the list of who asked alone', async () => {
    await walk.known('one-server.example');
    const [deed, other] = [walk.somebody(), walk.somebody()];
    await walk.bot.send(
      pressedInView(
        deed,
        { action_id: ACTIONS.homeCheck, block_id: 'x' },
        view,
        typedAtHome('one-server.example'),
      ),
    );
    expect(walk.slack.callsTo('views.open').at(-1)?.payload).toMatchObject({
      view: { callback_id: MODALS.details },
    });
    expect(wordsOf(homeOf(deed))).toContain('one-server.example: encrypted');
    await walk.bot.send(appHomeOpened(other));
    expect(wordsOf(homeOf(other))).not.toContain('one-server.example');
  });

  test('one that is not known yet is on the list as that, and then with its answer', async () => {
    const deed = walk.somebody();
    await walk.bot.send(
      pressedInView(
        deed,
        { action_id: ACTIONS.homeDomain, type: 'plain_text_input', value: 'sendmail.example' },
        view,
        typedAtHome('sendmail.example'),
      ),
    );
    expect(wordsOf(walk.lastModal())).toContain('The answer appears in your list on this tab');
    await expect
      .poll(() => wordsOf(homeOf(deed)), { timeout: 15_000 })
      .toContain('sendmail.example: encrypted');
  });

  test('the list has ten, the latest first; Show shows one; Clear forgets all', async () => {
    const deed = walk.somebody();
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
    for (const name of names) await walk.ask(walk.again(deed), `${name}.example`);
    await walk.bot.send(appHomeOpened(deed));
    const words = wordsOf(homeOf(deed));
    expect(words).toMatch(/expired\.example.*rsa2048\.example.*tls12\.example/);
    expect(words).not.toContain('tls13.example');
    await walk.known('postfix.example');
    await walk.bot.send(
      pressedInView(
        walk.again(deed),
        { action_id: inRow(ACTIONS.homeShow, 9), value: 'postfix.example' },
        view,
      ),
    );
    expect(wordsOf(walk.lastModal())).toContain('postfix.example');
    await walk.bot.send(pressedInView(walk.again(deed), { action_id: ACTIONS.homeClear }, view));
    expect(wordsOf(homeOf(deed))).not.toContain('You asked about');
  });

  test.each([
    ['the app is removed', appUninstalled],
    ['its token is revoked', tokensRevoked],
  ])('when %s, everybody’s list is gone', async (_, sent) => {
    const deed = walk.somebody();
    await walk.ask(deed, 'one-server.example');
    await walk.bot.send(appHomeOpened(deed));
    expect(wordsOf(homeOf(deed))).toContain('one-server.example');
    await walk.bot.send(sent());
    await walk.bot.send(appHomeOpened(deed));
    expect(wordsOf(homeOf(deed))).not.toContain('one-server.example');
  });
});

describe('a mention and a direct message with a domain', () => {
  test('in a thread: the answer stands in that thread', async () => {
    await walk.known('one-server.example');
    const before = walk.slack.callsTo('chat.postMessage').length;
    const text = `<@${BOT_USER}> what about <http://one-server.example|one-server.example>?`;
    await walk.bot.send(appMention(walk.somebody('C0PUBLIC'), { text, thread_ts: '1763790000.000100' }));
    const answer = (await walk.slack.waitFor('chat.postMessage', before + 1)).at(-1);
    expect(answer?.payload).toMatchObject({ channel: 'C0PUBLIC', thread_ts: '1763790000.000100' });
    expect(wordsOf(answer?.payload)).toContain('one-server.example: encrypted');
  });

  test('in a channel: a thread begins, with "checking" and then the answer', async () => {
    const before = walk.slack.callsTo('chat.postMessage').length;
    await walk.bot.send(
      appMention(walk.somebody('C0PUBLIC'), {
        text: `<@${BOT_USER}> exchange.example`,
        ts: '1763790099.000100',
      }),
    );
    const answers = (await walk.slack.waitFor('chat.postMessage', before + 2)).slice(before);
    expect(answers.map(({ payload }) => payload['thread_ts'])).toEqual([
      '1763790099.000100',
      '1763790099.000100',
    ]);
    expect(wordsOf(answers[0]?.payload)).toContain('are being asked');
    expect(wordsOf(answers[1]?.payload)).toContain('exchange.example: encrypted');
    expect([...buttonsOf(answers[1]?.payload).keys()]).not.toContain('Share to channel');
  });

  test('in a channel that the bot is not in: the person is told elsewhere', async () => {
    await walk.known('one-server.example');
    const before = walk.slack.callsTo('chat.postMessage').length;
    walk.slack.faults.script('chat.postMessage', { fault: 'error', error: 'not_in_channel' });
    const deed = walk.somebody('C0PUBLIC');
    await walk.bot.send(appMention(deed, { text: `<@${BOT_USER}> one-server.example` }));
    const answers = (await walk.slack.waitFor('chat.postMessage', before + 2)).slice(before);
    expect(answers[1]?.payload).toMatchObject({ channel: deed.user });
  });

  test('a direct message', async () => {
    await walk.known('one-server.example');
    const before = walk.slack.callsTo('chat.postMessage').length;
    await walk.bot.send(directMessage(walk.somebody('D0DIRECT'), { text: 'one-server.example' }));
    const answer = (await walk.slack.waitFor('chat.postMessage', before + 1)).at(-1);
    expect(answer?.payload).toMatchObject({ channel: 'D0DIRECT' });
    expect(wordsOf(answer?.payload)).toContain('one-server.example: encrypted');
  });
});

describe('a step of a workflow', () => {
  const token = 'xwfp-lab-step-token';

  test('a domain in, an answer and its sentence out', async () => {
    await walk.bot.send(
      functionExecuted(STEP.callbackId, { [STEP.domain]: 'no-starttls.example' }, token, 'Fx1'),
    );
    const [done] = (await walk.slack.waitFor('functions.completeSuccess')).slice(-1);
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
    await walk.bot.send(functionExecuted(STEP.callbackId, { [STEP.domain]: '192.0.2.1' }, token, 'Fx2'));
    const [done] = (await walk.slack.waitFor('functions.completeError')).slice(-1);
    expect(done?.payload).toMatchObject({
      function_execution_id: 'Fx2',
      error: expect.stringContaining('IP address'),
    });
  });
});
