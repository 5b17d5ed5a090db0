/**
 * The bot's surfaces over Socket Mode: the process of `npm start`, Slack on loopback, and the lab behind it. How a
 * connection is kept is tested in test/local/.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIONS, BLOCKS, MODALS } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { startLabService } from '../lab/lab-service.ts';
import type { LabService } from '../lab/lab-service.ts';
import {
  appHomeOpened,
  directMessage,
  pressedInMessage,
  slashCommand,
  typed,
  viewSubmission,
} from './events.ts';
import { expectNoFaults } from './limits.ts';
import { APP_TOKEN, startSlackApi } from './slack-api.ts';
import type { SlackApi } from './slack-api.ts';
import { wordsOf } from './words.ts';

let lab: Lab;
let slack: SlackApi;
let service: LabService;

beforeAll(async () => {
  [lab, slack] = await Promise.all([startLab({ secondMs: 20 }), startSlackApi()]);
  service = await startLabService({ ...lab.environment, ...slack.environment('socket'), MAILTLS_PORT: '0' });
  await slack.socket.connected();
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([lab?.close(), slack?.close()]);
});

/** @returns what a command was acknowledged with, which Slack takes */
async function ask(text: string): Promise<unknown> {
  const { payload } = await slack.socket.send(slashCommand(slack.deed(), text));
  expectNoFaults(slack.acknowledged(payload));
  return payload;
}

test('the app connects with its app-level token, and answers over HTTP as before', async () => {
  expect(slack.callsTo('apps.connections.open').map(({ token }) => token)).toEqual([APP_TOKEN]);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
});

test('a command: "checking", one answer at the response_url, and from then on at once', async () => {
  const deed = slack.deed();
  const { payload } = await slack.socket.send(slashCommand(deed, 'four-servers.example'));
  expectNoFaults(slack.acknowledged(payload));
  expect(wordsOf(payload)).toContain('four-servers.example are being asked');
  const [answer] = await slack.waitFor('response_url', 1, 15_000);
  expectNoFaults(answer?.faults ?? []);
  expect(answer?.url).toBe(deed.responseUrl);
  expect(wordsOf(answer?.payload)).toContain('four-servers.example: encrypted');
  expect(wordsOf(await ask('four-servers.example'))).toContain('four-servers.example: encrypted');
});

test('a button opens a modal, and a header in the form is answered in its place', async () => {
  const pressed = { action_id: ACTIONS.details, value: 'four-servers.example' };
  expect(
    await slack.socket.send(pressedInMessage(slack.deed(), pressed, { ts: '1.1', ephemeral: true })),
  ).toMatchObject({
    payload: {},
  });
  const [opened] = await slack.waitFor('views.open');
  expectNoFaults(opened?.faults ?? []);
  expect(opened?.payload).toMatchObject({ view: { callback_id: MODALS.details } });
  const header =
    'Received: from out.vendor.example (out.vendor.example [192.0.2.10]) by mx.us.example (Postfix) with ESMTPS id 4Pf1; Sun, 22 Nov 2026 00:08:00 +0000';
  const values = { [BLOCKS.headersText]: { [ACTIONS.headersText]: typed(header) } };
  const { payload } = await slack.socket.send(viewSubmission(slack.deed(), presentHeadersForm(), values));
  expectNoFaults(slack.acknowledged(payload));
  expect(payload).toMatchObject({ response_action: 'update', view: { callback_id: MODALS.headersAnswer } });
  expect(wordsOf(payload)).toContain('out.vendor.example');
});

test('the Home tab and a direct message are answered with the bot’s token', async () => {
  const deed = slack.deed({ user: 'U0HOME', channel: 'D0HOME' });
  await slack.socket.send(appHomeOpened(deed));
  const [home] = await slack.waitFor('views.publish');
  expectNoFaults(home?.faults ?? []);
  expect(home?.payload).toMatchObject({ user_id: 'U0HOME' });
  await slack.socket.send(directMessage(deed, { text: 'four-servers.example' }));
  const [said] = await slack.waitFor('chat.postMessage');
  expectNoFaults(said?.faults ?? []);
  expect(said?.payload).toMatchObject({ channel: 'D0HOME' });
});

test('two hundred commands at once are all acknowledged, with the answer or with word that it follows', async () => {
  const acknowledged = await Promise.all(Array.from({ length: 200 }, () => ask('four-servers.example')));
  const said = acknowledged
    .map(wordsOf)
    .filter((words) => /four-servers\.example: encrypted|follows here/.test(words));
  expect(said).toHaveLength(200);
});
