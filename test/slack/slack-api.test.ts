/** The stand-in for Slack, asked by the libraries that a bot asks Slack with: what it refuses must be refused. */
import { createRequire } from 'node:module';
import { SocketModeClient } from '@slack/socket-mode';
import type { ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { expect, onTestFinished, test } from 'vitest';
import { appMention, slashCommand, typed, uploaded, viewSubmission } from './events.ts';
import type { Fault } from './faults.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, startSlackApi } from './slack-api.ts';
import type { SlackApiOptions } from './slack-api.ts';
import { gatewayEvent, signedRequest } from './signed-request.ts';

const START_MS = Date.parse('2026-11-22T05:40:05Z');
const SECTION = { type: 'section', text: { type: 'plain_text', text: 'Yes.' } } as const;
const MODAL: ModalView = { type: 'modal', title: { type: 'plain_text', text: 'Details' }, blocks: [SECTION] };
const PUBLIC = { channel: 'C0GENERAL', text: 'Yes.', unfurl_links: false, unfurl_media: false } as const;

async function slackApi(options: SlackApiOptions = {}) {
  const slack = await startSlackApi(options);
  onTestFinished(slack.close);
  const client = new WebClient(BOT_TOKEN, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 2_000,
  });
  return { slack, client };
}

const post = (url: string, payload: object) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });

test('a call is answered and recorded with its payload, nested JSON read', async () => {
  const { slack, client } = await slackApi();
  expect(await client.chat.postMessage({ ...PUBLIC, blocks: [SECTION] })).toMatchObject({
    ok: true,
    channel: 'C0GENERAL',
    ts: expect.stringMatching(/^\d+\.\d{6}$/),
  });
  expect(slack.calls).toEqual([
    {
      to: 'chat.postMessage',
      url: `${slack.apiUrl}chat.postMessage`,
      payload: { ...PUBLIC, blocks: [SECTION] },
      token: BOT_TOKEN,
      faults: [],
      status: 200,
    },
  ]);
});

test('blocks that Slack would refuse are refused in its words, with a pointer to the place', async () => {
  const { client } = await slackApi();
  const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] as const;
  await expect(client.chat.postMessage({ ...PUBLIC, blocks: [...blocks] })).rejects.toMatchObject({
    data: {
      error: 'invalid_blocks',
      errors: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
    },
  });
});

test.each([
  [undefined, 'not_authed'],
  ['xoxb-someone-else', 'invalid_auth'],
])('the token %s is no token of this workspace', async (token, error) => {
  const { slack } = await slackApi();
  const client = new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
  await expect(client.chat.postMessage(PUBLIC)).rejects.toMatchObject({ data: { error } });
});

test('a trigger opens one modal within three seconds', async () => {
  let nowMs = START_MS;
  const { slack, client } = await slackApi({ now: () => nowMs });
  const open = (triggerId: string) => client.views.open({ trigger_id: triggerId, view: MODAL });
  const { triggerId } = slack.deed();
  expect(await open(triggerId)).toMatchObject({ ok: true, view: { id: 'V0LABVIEW' } });
  await expect(open(triggerId)).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
  await expect(open('made.up')).rejects.toMatchObject({ data: { error: 'invalid_trigger_id' } });
  const late = slack.deed();
  nowMs += 3_001;
  await expect(open(late.triggerId)).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
});

test('a response_url takes five posts', async () => {
  const { slack } = await slackApi();
  const deed = slack.deed();
  for (let count = 0; count < 5; count += 1) {
    const response = await post(deed.responseUrl, { text: 'Checking.' });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
  }
  const sixth = await post(deed.responseUrl, { text: 'Done.' });
  expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
  expect(slack.posts(deed).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404]);
});

test('a response_url is dead after thirty minutes', async () => {
  let nowMs = START_MS;
  const { slack } = await slackApi({ now: () => nowMs });
  const deed = slack.deed();
  nowMs += 30 * 60_000;
  expect((await post(deed.responseUrl, { text: 'In time.' })).status).toBe(200);
  nowMs += 1;
  const late = await post(deed.responseUrl, { text: 'Late.' });
  expect([late.status, await late.json()]).toEqual([404, { ok: false, error: 'expired_url' }]);
});

test('a file is given to who shows the bot token; others land on a sign-in page that answers 200', async () => {
  const { slack, client } = await slackApi();
  const file = slack.upload({ name: 'mail.eml', content: 'Received: from é', mimetype: 'message/rfc822' });
  expect(file).toMatchObject({ filetype: 'eml', size: 17, mode: 'hosted' });
  expect(await client.files.info({ file: file.id })).toMatchObject({ file });
  expect(file.url_private_download.startsWith(slack.filesUrl)).toBe(true);
  const headers = { authorization: `Bearer ${BOT_TOKEN}` };
  expect(await (await fetch(file.url_private_download, { headers })).text()).toBe('Received: from é');
  const stranger = await fetch(file.url_private_download);
  expect([stranger.status, stranger.redirected, stranger.headers.get('content-type')]).toEqual([
    200,
    true,
    'text/html',
  ]);
  expect((await fetch(`${slack.filesUrl}T0-F0/none.eml`, { headers })).status).toBe(404);
});

test.each<[Fault, object]>([
  [{ fault: 'error', error: 'not_in_channel' }, { data: { error: 'not_in_channel' } }],
  [{ fault: 'rate-limited', retryAfterSeconds: 7 }, { retryAfter: 7 }],
  [{ fault: 'status', status: 503 }, { statusCode: 503 }],
  [{ fault: 'down' }, { code: 'slack_webapi_request_error' }],
])('scripted %j comes once in place of the answer', async (fault, error) => {
  const { slack, client } = await slackApi();
  slack.faults.script('chat.postMessage', fault);
  await expect(client.chat.postMessage(PUBLIC)).rejects.toMatchObject(error);
  expect(await client.chat.postMessage(PUBLIC)).toMatchObject({ ok: true });
  expect(slack.callsTo('chat.postMessage').map(({ payload }) => payload['text'])).toEqual(['Yes.', 'Yes.']);
});

test('who is silent is given up by whoever waits', async () => {
  const { slack } = await slackApi();
  slack.faults.script('response_url', { fault: 'silent' });
  const waiting = fetch(slack.deed().responseUrl, { method: 'POST', signal: AbortSignal.timeout(200) });
  await expect(waiting).rejects.toThrow('aborted due to timeout');
});

test('waiting for calls ends when they have come, or says what came instead', async () => {
  const { slack, client } = await slackApi();
  const [seen] = await Promise.all([slack.waitFor('auth.test'), client.auth.test()]);
  expect(seen).toHaveLength(1);
  await expect(slack.waitFor('chat.postMessage', 2, 20)).rejects.toThrow(
    '0 of 2 calls to chat.postMessage came; there were: auth.test 200',
  );
});

test('Socket Mode: hello, an envelope and its acknowledgement, a new connection when Slack asks for it', async () => {
  const { slack } = await slackApi();
  const app = new SocketModeClient({
    appToken: APP_TOKEN,
    clientOptions: { slackApiUrl: slack.apiUrl },
    clientPingTimeout: 50,
  });
  onTestFinished(() => app.disconnect());
  app.on('slash_commands', ({ ack, body }) => ack({ text: `asked: ${body.text}` }));
  app.on('app_mention', ({ ack }) => ack());
  await app.start();
  const deed = slack.deed();
  expect(await slack.socket.send(slashCommand(deed, 'vendor.example'))).toMatchObject({
    payload: { text: 'asked: vendor.example' },
  });
  slack.socket.disconnect('refresh_requested');
  expect(await slack.socket.send(appMention(deed, { text: '<@U0MAILTLS> hi' }))).toMatchObject({
    payload: {},
  });
  expect(slack.socket.connections()).toBe(2);
  expect(slack.callsTo('apps.connections.open').map(({ token }) => token)).toEqual([APP_TOKEN, APP_TOKEN]);
  await expect(slack.socket.send(viewSubmission(deed, MODAL, {}), { timeoutMs: 20 })).rejects.toThrow(
    'interactive was not acknowledged in 20 ms',
  );
});

test('requests are signed as Bolt checks it, for as long as it does, and survive the gateway', async () => {
  const { slack } = await slackApi();
  const { App, AwsLambdaReceiver } = createRequire(import.meta.url)('@slack/bolt');
  const receiver = new AwsLambdaReceiver({ signingSecret: SIGNING_SECRET });
  const app = new App({ receiver, authorize: async () => ({ botToken: BOT_TOKEN }) });
  const heard: unknown[] = [];
  app.command(
    '/mailtls',
    async ({ ack, command }: { ack: () => Promise<void>; command: { text: string } }) => {
      heard.push(command.text);
      await ack();
    },
  );
  app.view('headers', async ({ ack, view }: { ack: () => Promise<void>; view: { state: object } }) => {
    heard.push(view.state);
    await ack();
  });
  const handler = receiver.toHandler();
  const send = (...args: Parameters<typeof signedRequest>) => handler(gatewayEvent(signedRequest(...args)));
  const command = slashCommand(slack.deed(), 'a & b=c + ü');
  expect(await send('/slack/events', command, SIGNING_SECRET, Date.now())).toMatchObject({ statusCode: 200 });
  const old = Date.now() - 5 * 60_000 - 1_000;
  expect(await send('/slack/events', command, SIGNING_SECRET, old)).toMatchObject({ statusCode: 401 });
  expect(await send('/slack/events', command, 'another', Date.now())).toMatchObject({ statusCode: 401 });
  const file = slack.upload({ name: 'mail.eml', content: 'Received: x' });
  const values = { text: { pasted: typed(null) }, file: { given: uploaded(file) } };
  const submitted = viewSubmission(slack.deed(), { ...MODAL, callback_id: 'headers' }, values);
  expect(await send('/slack/events', submitted, SIGNING_SECRET, Date.now())).toMatchObject({
    statusCode: 200,
  });
  expect(heard).toEqual(['a & b=c + ü', { values }]);
});
