/**
 * Headers on AWS: what is pasted is answered in the request, of a file only ids go to another run of the function,
 * and nothing of a header is in a queue, a table, a log or what Slack keeps for us.
 */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIONS, BLOCKS } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import {
  appMention,
  appUninstalled,
  directMessage,
  slashCommand,
  typed,
  uploaded,
  viewSubmission,
} from '../slack/events.ts';
import type { Sent } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';
import { BOT_TOKEN, SIGNING_SECRET, startSlackApi } from '../slack/slack-api.ts';
import type { SlackApi } from '../slack/slack-api.ts';
import { CREDENTIALS } from './aws-services.ts';
import { startStack } from './emulated-stack.ts';
import type { EmulatedStack } from './emulated-stack.ts';
import { resultIn } from './http-events.ts';

const MARK = 'qzx7-marker';
const HEADER = `Received: from ${MARK}.vendor.example (${MARK}.vendor.example [192.0.2.10]) by mx.us.example (Postfix) with ESMTPS id 4Pf1aa for <ann@us.example>; Sun, 22 Nov 2026 00:08:00 +0000\r\nSubject: ${MARK}\r\n\r\n`;

let lab: Lab;
let slack: SlackApi;
let stack: EmulatedStack;
beforeAll(async () => {
  [lab, slack] = await Promise.all([startLab({ secondMs: 50 }), startSlackApi()]);
  stack = await startStack({
    lab,
    doors: ['slack', 'check'],
    secret: { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN },
    settings: slack.environment(),
  });
});
afterAll(async () => {
  await stack?.close();
  await Promise.all([slack?.close(), lab?.close()]);
});

/** @returns what Slack is replied, read */
async function send(sent: Sent, retry?: number): Promise<unknown> {
  const again = retry === undefined ? undefined : { number: retry, reason: 'http_timeout' };
  const request = signedRequest('/slack/events', sent, SIGNING_SECRET, Date.now(), again);
  const { statusCode, body } = resultIn((await stack.functions.slack.invoke(gatewayEvent(request))).payload);
  expect(statusCode).toBe(200);
  return body.startsWith('{') ? JSON.parse(body) : body;
}
const said = (value: unknown): string => JSON.stringify(value);

test('a mail as a file in a direct message is answered by another run', async () => {
  const file = slack.upload({ name: 'mail.eml', content: HEADER });
  await send(directMessage({ user: 'U0ANN', channel: 'D0ANN' }, { text: '', files: [file] }));
  const [answer] = await slack.waitFor('chat.postMessage');
  expect(answer?.payload).toMatchObject({ channel: 'D0ANN' });
  expect(said(answer?.payload)).toContain(`${MARK}.vendor.example`);
});

test('a file in the form fills the modal', async () => {
  const file = slack.upload({ name: 'mail.eml', content: HEADER });
  const values = {
    [BLOCKS.headersText]: { [ACTIONS.headersText]: typed(null) },
    [BLOCKS.headersFile]: { [ACTIONS.headersFile]: uploaded(file) },
  };
  expect(said(await send(viewSubmission(slack.deed(), presentHeadersForm(), values)))).toContain(
    'being read',
  );
  const [update] = await slack.waitFor('views.update');
  expect(update?.payload).toMatchObject({ view_id: 'V0LABVIEW' });
  expect(said(update?.payload)).toContain(`${MARK}.vendor.example`);
});

test('Lambda turns the second run away: the person is told', async () => {
  stack.functions.slack.throttled = 10;
  const file = slack.upload({ name: 'mail.eml', content: HEADER });
  const before = slack.callsTo('chat.postMessage').length;
  await send(directMessage({ user: 'U0ANN', channel: 'D0ANN' }, { text: '', files: [file] }));
  stack.functions.slack.throttled = 0;
  const told = (await slack.waitFor('chat.postMessage', before + 1)).at(-1);
  expect(said(told?.payload)).toContain('could not be read');
});

test('a header is answered in the request, whatever its letters are and however the gateway wraps them', async () => {
  const letters = HEADER.replaceAll('vendor', 'büro-例え');
  expect(said(await send(slashCommand(slack.deed(), letters)))).toContain('büro-例え');
  const before = slack.callsTo('chat.postMessage').length;
  await send(directMessage({ user: 'U0ANN', channel: 'D0ANN' }, { text: letters }));
  const answer = (await slack.waitFor('chat.postMessage', before + 1)).at(-1);
  expect(said(answer?.payload)).toContain('büro-例え');
  const values = { [BLOCKS.headersText]: { [ACTIONS.headersText]: typed(letters) } };
  const modal = await send(viewSubmission(slack.deed(), presentHeadersForm(), values));
  expect([slack.acknowledged(modal), said(modal)]).toEqual([[], expect.stringContaining('büro-例え')]);
});

test('an international name in a command is asked about as it was typed', async () => {
  expect(said(await send(slashCommand(slack.deed(), 'bücher.example')))).toContain('bücher.example');
});

test('a mention that Slack sends three times more, to other processes too, is answered once', async () => {
  const sent = appMention(
    { user: 'U0ANN', channel: 'C0GENERAL' },
    { text: '<@U0MAILTLS> help', ts: '1763790005.000900' },
    'Ev0ONCE',
  );
  const before = slack.callsTo('chat.postEphemeral').length;
  await send(sent);
  await stack.functions.slack.restart();
  for (const retry of [1, 2, 3]) await send(sent, retry);
  expect(slack.callsTo('chat.postEphemeral')).toHaveLength(before + 1);
});

test('Slack takes no more for now: a mention is answered when it does, although its reply is late by then', async () => {
  const before = slack.callsTo('chat.postEphemeral').length;
  slack.faults.script('chat.postEphemeral', { fault: 'rate-limited', retryAfterSeconds: 3 });
  const text = `<@U0MAILTLS> ${HEADER}`;
  await send(appMention({ user: 'U0ANN', channel: 'C0GENERAL' }, { text, ts: '1763790005.001000' }));
  const posts = slack.callsTo('chat.postEphemeral').slice(before);
  expect(posts.map(({ status }) => status)).toEqual([429, 200]);
  expect(said(posts[1]?.payload)).toContain(MARK);
});

test('of headers nothing is kept, and of people nothing once the app is removed', async () => {
  await send(appUninstalled());
  await stack.pump.drained();
  const client = new DynamoDBClient({
    endpoint: stack.table.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: 'local' },
  });
  const { Items: items = [] } = await client.send(new ScanCommand({ TableName: stack.table.tableName }));
  client.destroy();
  expect(items.length).toBeGreaterThan(0);
  const kept =
    said(items) + said(stack.queue.sent) + stack.functions.slack.log() + stack.functions.check.log();
  expect(kept).not.toMatch(new RegExp(`${MARK}|büro|RECENT#|xoxb|ann@us`));
  for (const { payload } of slack.calls) expect(said(payload)).not.toContain('private_metadata');
  expect(slack.calls.flatMap(({ faults }) => faults)).toEqual([]);
});
