/** Forged, repeated, hostile and huge requests, and Slack in trouble, from end to end. */
import { describe, expect, test } from 'vitest';
import { ACTIONS, BLOCKS } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { appMention, BOT_USER, directMessage, slashCommand, typed, viewSubmission } from './events.ts';
import { SIGNING_SECRET } from './slack-api.ts';
import { markupOf, received, useWalk } from './walk.ts';
import { wordsOf } from './words.ts';

const walk = useWalk();

describe('safety', () => {
  test('a request that Slack did not sign, or signed long ago, is refused and does nothing', async () => {
    const deed = walk.somebody();
    const sent = slashCommand(deed, 'headers');
    const calls = walk.slack.calls.length;
    expect(await walk.bot.send(sent, { secret: 'guess' })).toMatchObject({ statusCode: 401, payload: '' });
    expect(await walk.bot.send(sent, { atMs: Date.now() - 301_000 })).toMatchObject({ statusCode: 401 });
    expect(walk.slack.calls).toHaveLength(calls);
    expect(JSON.stringify(walk.bot.log)).not.toContain(SIGNING_SECRET);
  });

  test('Slack’s retries and a double click are answered once', async () => {
    const answer = await walk.known('one-server.example');
    const mention = appMention(
      walk.somebody('C0PUBLIC'),
      { text: `<@${BOT_USER}> one-server.example` },
      'Ev0RETRIED',
    );
    const before = walk.slack.callsTo('chat.postMessage').length;
    await walk.bot.send(mention);
    for (const number of [1, 2, 3])
      await walk.bot.send(mention, { retry: { number, reason: 'http_timeout' } });
    expect(walk.slack.callsTo('chat.postMessage')).toHaveLength(before + 1);
    const deed = walk.somebody('C0TWICE');
    await Promise.all([
      walk.press(deed, answer, 'Share to channel'),
      walk.press(walk.again(deed), answer, 'Share to channel'),
    ]);
    expect(
      walk.slack.callsTo('chat.postMessage').filter(({ payload }) => payload['channel'] === 'C0TWICE'),
    ).toHaveLength(1);
  });

  test('what a hostile server says makes no link, mention or formatting', async () => {
    const answer = await walk.known('hostile-banner.example');
    expect(wordsOf(answer)).toContain('hostile-banner.example');
    await walk.press(walk.somebody(), answer, 'Details');
    const view = walk.lastModal();
    expect(wordsOf(view)).toContain('<!channel>');
    expect(markupOf(view)).not.toContain('script');
    expect(markupOf(view)).not.toContain('channel>');
  });

  test('twenty servers, a header of sixty steps and a subject of 180,000 characters stay within Slack’s limits', async () => {
    const answer = await walk.known('twenty-servers.example');
    await walk.press(walk.somebody(), answer, 'Details');
    const hops = Array.from({ length: 60 }, (_, index) => received(`hop-${index}`)).join('\r\n');
    const form = presentHeadersForm();
    const values = {
      [BLOCKS.headersText]: {
        [ACTIONS.headersText]: typed(`${hops}\r\nSubject: ${'*x*'.repeat(60_000)}\r\n`),
      },
    };
    const { faults } = await walk.bot.send(viewSubmission(walk.somebody(), form, values));
    expect(faults).toEqual([]);
  });

  test.each([true, false])(
    'letters of all scripts survive, whether the gateway encodes them: %s',
    async (base64) => {
      await walk.known('bücher.example');
      const deed = walk.somebody(`D0LETTERS${base64}`);
      const sent = directMessage(deed, { text: 'Grüße! Was ist mit bücher.example? 日本 🙂' });
      expect(await walk.bot.send(sent, { base64 })).toMatchObject({ statusCode: 200 });
      const answers = walk.slack
        .callsTo('chat.postMessage')
        .filter(({ payload }) => payload['channel'] === deed.channel);
      expect(answers.map(({ payload }) => wordsOf(payload))).toEqual([
        expect.stringContaining('bücher.example: encrypted'),
      ]);
    },
  );

  test('a name that looks like another is shown as it is in the DNS too', async () => {
    expect(wordsOf(await walk.known('bücher.example'))).toContain('xn--bcher-kva.example');
  });
});

describe('Slack in trouble', () => {
  test('an expired response_url is logged, and not tried for ever', async () => {
    const deed = walk.somebody();
    walk.slack.faults.script('response_url', { fault: 'status', status: 404 }, 10);
    await walk.ask(deed, 'greeting-554.example');
    await expect
      .poll(
        () =>
          walk.bot.log.filter((entry) => entry.event === 'slack-call-failed' && entry.to === 'response_url'),
        { timeout: 15_000 },
      )
      .toMatchObject([{ because: 'expired', tries: 1 }]);
    expect(walk.slack.posts(deed).map(({ status }) => status)).toEqual([404]);
    expect(JSON.stringify(walk.bot.log)).not.toContain('/response/');
  });

  test('429 with Retry-After: posted again after it, within the posts that are left', async () => {
    const deed = walk.somebody();
    walk.slack.faults.script('response_url', { fault: 'rate-limited', retryAfterSeconds: 1 }, 1);
    await walk.ask(deed, 'multi-line-greeting.example');
    const posts = await walk.posted(deed, 2);
    expect(posts.map(({ status }) => status)).toEqual([429, 200]);
    expect(wordsOf(posts[1]?.payload)).toContain('multi-line-greeting.example');
  });

  test.each([
    ['the token was revoked', { fault: 'error', error: 'token_revoked' }, 'no longer accepts the token'],
    ['the account is gone', { fault: 'error', error: 'account_inactive' }, 'no longer accepts the token'],
    ['the trigger is too old', { fault: 'error', error: 'expired_trigger_id' }, 'Slack did not take'],
    ['Slack breaks off', { fault: 'down' }, 'It may still appear'],
    ['Slack answers 503', { fault: 'status', status: 503 }, 'Slack did not take'],
  ] as const)(
    'a modal does not open because %s: the person is told beside the button',
    async (_, fault, words) => {
      const answer = await walk.known('one-server.example');
      walk.slack.faults.script('views.open', fault);
      const deed = walk.somebody();
      expect((await walk.press(deed, answer, 'Details')).statusCode).toBe(200);
      expect(wordsOf((await walk.posted(deed))[0]?.payload)).toContain(words);
    },
  );

  test('the bot’s token was revoked: a mention is told in the log, once, and whoever shares is told', async () => {
    const answer = await walk.known('one-server.example');
    const revoked = { fault: 'error', error: 'token_revoked' } as const;
    walk.slack.faults.script('chat.postMessage', revoked, 2);
    const posts = walk.slack.callsTo('chat.postMessage').length;
    const mention = { text: `<@${BOT_USER}> one-server.example` };
    await walk.bot.send(appMention(walk.somebody('C0PUBLIC'), mention));
    expect(walk.slack.callsTo('chat.postMessage')).toHaveLength(posts + 1);
    expect(walk.bot.log.at(-1)).toEqual({
      event: 'slack-call-failed',
      to: 'chat.postMessage',
      because: 'token-refused',
      code: 'token_revoked',
      tries: 1,
    });
    const deed = walk.somebody();
    await walk.press(deed, answer, 'Share to channel');
    expect(wordsOf((await walk.posted(deed))[0]?.payload)).toContain('no longer accepts the token');
  });

  test('Slack is slow: the modal opens late, and nobody is told of a failure', async () => {
    const answer = await walk.known('one-server.example');
    walk.slack.faults.script('views.open', { fault: 'slow', ms: 300 });
    const before = walk.slack.callsTo('views.open').length;
    const deed = walk.somebody();
    await walk.press(deed, answer, 'Details');
    expect(walk.slack.callsTo('views.open').slice(before)).toMatchObject([{ status: 200, faults: [] }]);
    expect(walk.slack.posts(deed)).toEqual([]);
  });

  test('Slack is silent: the command is acknowledged all the same', async () => {
    walk.slack.faults.script('views.open', { fault: 'silent' });
    const { statusCode, payload } = await walk.ask(walk.somebody(), 'headers');
    expect([statusCode, wordsOf(payload)]).toEqual([200, expect.stringContaining('may still appear')]);
  });
});
