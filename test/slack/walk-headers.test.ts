/** Headers by every way into the bot, from end to end; nothing of them stays anywhere. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS, SHORTCUTS } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import {
  appMention,
  BOT_USER,
  directMessage,
  messageShortcut,
  ownDirectMessage,
  typed,
  uploaded,
  viewSubmission,
} from './events.ts';
import type { SlackFile } from './events.ts';
import { HEADER, MARK, useWalk } from './walk.ts';
import { wordsOf } from './words.ts';

const walk = useWalk();

/** What the form for headers holds. */
const filled = (text: string | null, ...files: readonly SlackFile[]) => ({
  [BLOCKS.headersText]: { [ACTIONS.headersText]: typed(text) },
  [BLOCKS.headersFile]: { [ACTIONS.headersFile]: uploaded(...files) },
});

const form = presentHeadersForm();
test('pasted into the form: the answer takes its place', async () => {
  const { payload, faults } = await walk.bot.send(viewSubmission(walk.somebody(), form, filled(HEADER)));
  expect(faults).toEqual([]);
  expect(payload).toMatchObject({ response_action: 'update', view: { callback_id: MODALS.headersAnswer } });
  expect(wordsOf(payload)).toContain(MARK);
});

test('a file in the form: read with the bot’s token, and the modal is filled', async () => {
  const file = walk.slack.upload({
    name: 'mail.eml',
    content: `${HEADER}\r\nbody`,
    mimetype: 'message/rfc822',
  });
  const { payload, faults } = await walk.bot.send(viewSubmission(walk.somebody(), form, filled(null, file)));
  expect(faults).toEqual([]);
  expect(wordsOf(payload)).toContain('The file is being read');
  const [update] = await walk.slack.waitFor('views.update');
  expect(update?.payload).toMatchObject({
    view_id: 'V0LABVIEW',
    view: { callback_id: MODALS.headersAnswer },
  });
  expect(wordsOf(update?.payload)).toContain(MARK);
});

test('neither text nor file', async () => {
  const { payload, faults } = await walk.bot.send(viewSubmission(walk.somebody(), form, filled(null)));
  expect([faults, wordsOf(payload)]).toEqual([[], expect.stringContaining('Paste the header of a mail')]);
});

test('the form says that an uploaded file stays in Slack', () => {
  expect(wordsOf(form)).toContain('A file that you upload stays in Slack');
});

test('the shortcut on a message with a header in it', async () => {
  const deed = walk.somebody();
  await walk.bot.send(messageShortcut(deed, SHORTCUTS.messageHeaders, { text: HEADER }));
  const view = walk.lastModal();
  expect(view).toMatchObject({ callback_id: MODALS.headersAnswer });
  expect(wordsOf(view)).toContain(MARK);
});

test('the shortcut on a message with a file', async () => {
  const before = walk.slack.callsTo('views.update').length;
  const file = walk.slack.upload({ name: 'mail.eml', content: HEADER });
  await walk.bot.send(
    messageShortcut(walk.somebody(), SHORTCUTS.messageHeaders, { text: '', files: [file] }),
  );
  const updates = await walk.slack.waitFor('views.update', before + 1);
  expect(wordsOf(updates.at(-1)?.payload)).toContain(MARK);
});

test('the shortcut on a message about lunch', async () => {
  await walk.bot.send(messageShortcut(walk.somebody(), SHORTCUTS.messageHeaders, { text: 'Lunch at noon?' }));
  expect(wordsOf(walk.lastModal())).toContain('neither the header of a mail nor a domain');
});

test('pasted in a direct message', async () => {
  const deed = walk.somebody('D0DIRECT');
  const before = walk.slack.callsTo('chat.postMessage').length;
  await walk.bot.send(directMessage(deed, { text: HEADER.replaceAll('<', '&lt;').replaceAll('>', '&gt;') }));
  const answer = (await walk.saidAfter(before)).at(-1);
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
  const deed = walk.somebody('D0DIRECT');
  const file = walk.slack.upload({ name, mode, mimetype, content: HEADER.repeat(20), user: deed.user });
  const before = walk.slack.callsTo('chat.postMessage').length;
  await walk.bot.send(directMessage(deed, { text: '', files: [file] }));
  const answer = (await walk.saidAfter(before)).at(-1);
  expect(wordsOf(answer?.payload)).toContain(MARK);
  expect(walk.slack.callsTo('files').at(-1)).toMatchObject({ status: 200, url: file.url_private_download });
});

test('a file of another host is not fetched, and no token is sent there', async () => {
  const before = walk.slack.callsTo('chat.postMessage').length;
  const downloads = walk.slack.callsTo('files').length;
  const file = walk.slack.upload({
    name: 'mail.eml',
    content: HEADER,
    url: walk.slack.filesUrl.replace('files-pri', 'elsewhere'),
  });
  await walk.bot.send(directMessage(walk.somebody('D0DIRECT'), { text: '', files: [file] }));
  expect(wordsOf((await walk.saidAfter(before)).at(-1)?.payload)).toContain('The file could not be read');
  expect(walk.slack.callsTo('files')).toHaveLength(downloads);
});

test('of a file of ten megabytes the beginning is read', async () => {
  const before = walk.slack.callsTo('chat.postMessage').length;
  const content = `${HEADER}\r\n${'x'.repeat(10_000_000)}`;
  const file = walk.slack.upload({ name: 'mail.eml', content });
  await walk.bot.send(directMessage(walk.somebody('D0DIRECT'), { text: '', files: [file] }));
  expect(wordsOf((await walk.saidAfter(before)).at(-1)?.payload)).toContain(MARK);
});

test('in a thread with a mention: to the person alone', async () => {
  const deed = walk.somebody('C0PUBLIC');
  const before = walk.slack.callsTo('chat.postMessage').length;
  await walk.bot.send(appMention(deed, { text: `<@${BOT_USER}> ${HEADER}`, thread_ts: '1763790000.000100' }));
  const [answer] = (await walk.slack.waitFor('chat.postEphemeral')).slice(-1);
  expect(answer?.payload).toMatchObject({
    channel: 'C0PUBLIC',
    user: deed.user,
    thread_ts: '1763790000.000100',
  });
  expect(wordsOf(answer?.payload)).toContain(MARK);
  expect(walk.slack.callsTo('chat.postMessage')).toHaveLength(before);
});

test('what the bot says itself in a direct message is nobody’s question', async () => {
  const calls = walk.slack.calls.length;
  await walk.bot.send(ownDirectMessage(walk.somebody('D0DIRECT'), HEADER));
  expect(walk.slack.calls).toHaveLength(calls);
});

test('nothing of a header is kept, logged or handed to Slack to keep', async () => {
  const { tableName, endpoint, accessKey } = walk.bot.table.options;
  const client = new DynamoDBClient({
    ...(endpoint === null ? {} : { endpoint }),
    region: 'us-east-1',
    credentials: { accessKeyId: accessKey ?? 'test', secretAccessKey: 'test' },
  });
  const { Items: items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  client.destroy();
  const keys = new Set(items.map(({ sk }) => sk?.S));
  // That these requests came, as digests, and nothing else.
  expect([...keys]).toEqual(['ONCE']);
  expect(JSON.stringify(items)).not.toContain(MARK);
  expect(JSON.stringify(walk.bot.log)).not.toContain(MARK);
  const views = walk.slack.calls.map(({ payload }) => Object(payload['view']).private_metadata);
  expect(views.filter((metadata) => metadata !== undefined && metadata !== '')).toEqual([]);
});
