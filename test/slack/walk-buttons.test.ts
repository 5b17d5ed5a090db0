/** The buttons of an answer, from end to end. */
import { expect, test } from 'vitest';
import { ACTIONS, MODALS, inRow } from '../../functions/presenters/slack-actions.ts';
import { pressedInMessage } from './events.ts';
import { buttonsOf, useWalk } from './walk.ts';
import { PAGES } from './walk-bot.ts';
import { wordsOf } from './words.ts';

const walk = useWalk();

test('Check again respects the minute, and says how long it is', async () => {
  const answer = await walk.known('one-server.example');
  const deed = walk.somebody();
  expect((await walk.press(deed, answer, 'Check again')).payload).toBe('');
  expect(wordsOf((await walk.posted(deed))[0]?.payload)).toMatch(/checked again at most once a minute/);
});

test('Check again after that minute: "checking", and the new answer takes the place of the old one', async () => {
  const answer = await walk.known('tls13.example');
  walk.bot.skip(61_000);
  const deed = walk.somebody();
  await walk.press(deed, answer, 'Check again');
  const [checking, renewed] = await walk.posted(deed, 2);
  expect(checking?.payload).toMatchObject({ replace_original: false });
  expect(wordsOf(checking?.payload)).toContain('tls13.example are being asked');
  expect(renewed?.payload).toMatchObject({ replace_original: true });
  expect(wordsOf(renewed?.payload)).toContain('tls13.example: encrypted');
});

test('Details is a modal with what the server said and showed', async () => {
  const answer = await walk.known('one-server.example');
  const before = walk.slack.callsTo('views.open').length;
  await walk.press(walk.somebody(), answer, 'Details');
  const view = walk.slack.callsTo('views.open').slice(before).at(-1)?.payload['view'];
  expect(view).toMatchObject({ callback_id: MODALS.details });
  expect(wordsOf(view)).toMatch(/EHLO[^]*STARTTLS/);
  expect(wordsOf(view)).toContain('Certificate');
});

test('Copy a mail to the vendor is a modal with its text', async () => {
  const answer = await walk.known('one-server.example');
  await walk.press(walk.somebody(), answer, 'Copy a mail to the vendor');
  const view = walk.lastModal();
  expect(view).toMatchObject({ callback_id: MODALS.vendorMail });
  expect(JSON.stringify(view)).toContain('MTA-STS');
});

test('Share posts the answer to the channel, with who asked', async () => {
  const answer = await walk.known('one-server.example');
  const deed = walk.somebody('C0SHARED');
  await walk.press(deed, answer, 'Share to channel');
  const shared = walk.slack.callsTo('chat.postMessage').at(-1)?.payload;
  expect(shared).toMatchObject({ channel: 'C0SHARED', unfurl_links: false, unfurl_media: false });
  expect(JSON.stringify(shared)).toContain(deed.user);
  expect(wordsOf(shared)).toContain('one-server.example: encrypted');
});

test.each(['not_in_channel', 'channel_not_found'] as const)(
  'Share where Slack says %s of the bot: all who are there read it, as of a command',
  async (error) => {
    const answer = await walk.known('one-server.example');
    walk.slack.faults.script('chat.postMessage', { fault: 'error', error });
    const deed = walk.somebody();
    await walk.press(deed, answer, 'Share to channel');
    const [shared, ...more] = await walk.posted(deed);
    expect([shared?.faults, more]).toEqual([[], []]);
    expect(shared?.payload).toMatchObject({ response_type: 'in_channel', replace_original: false });
    expect(JSON.stringify(shared?.payload)).toContain(deed.user);
    expect(wordsOf(shared?.payload)).toContain('one-server.example: encrypted');
  },
);

test('Share where nobody may post: the person is told', async () => {
  const answer = await walk.known('one-server.example');
  walk.slack.faults.script('chat.postMessage', { fault: 'error', error: 'is_archived' });
  walk.slack.faults.script('response_url', { fault: 'status', status: 403 });
  const deed = walk.somebody();
  await walk.press(deed, answer, 'Share to channel');
  const [, told] = await walk.posted(deed, 2);
  expect(told?.payload).toMatchObject({ response_type: 'ephemeral' });
  expect(wordsOf(told?.payload)).toMatch(/not shared.*archived or restricted/);
});

test('Share where Slack does not say whether it took it: nobody is told to do it again', async () => {
  const answer = await walk.known('one-server.example');
  walk.slack.faults.script('chat.postMessage', { fault: 'silent' });
  const deed = walk.somebody();
  await walk.press(deed, answer, 'Share to channel');
  const [told] = await walk.posted(deed);
  expect(wordsOf(told?.payload)).toMatch(/It may still appear: look for it before you ask again/);
});

test('Open page leads to the page of the domain, and its press is acknowledged', async () => {
  const answer = await walk.known('one-server.example');
  expect(JSON.stringify(answer)).toContain(`${PAGES}d/one-server.example`);
  const calls = walk.slack.calls.length;
  expect((await walk.press(walk.somebody(), answer, 'Open page')).payload).toBe('');
  expect(walk.slack.calls).toHaveLength(calls);
});

test('the buttons of several answers open the details of each', async () => {
  await Promise.all([walk.known('one-server.example'), walk.known('postfix.example')]);
  const { payload } = await walk.ask(walk.somebody(), 'one-server.example postfix.example');
  const [, second] = [...buttonsOf(payload).values()];
  expect(second).toEqual({ action_id: inRow(ACTIONS.details, 2), value: 'postfix.example' });
  await walk.bot.send(
    pressedInMessage(walk.somebody(), second ?? { action_id: '' }, { ts: '1.1', ephemeral: true }),
  );
  expect(wordsOf(walk.lastModal())).toContain('postfix.example');
});

test('a button of another version says so', async () => {
  const deed = walk.somebody();
  await walk.bot.send(pressedInMessage(deed, { action_id: 'gone' }, { ts: '1.1', ephemeral: true }));
  expect(wordsOf((await walk.posted(deed))[0]?.payload)).toContain('another version');
});
