/**
 * The whole deployment: synthesised with a prober in a VPC, its four functions run from their assets with the
 * environments of the template, and the ways of a question from Slack and over HTTP through all of them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { opensPage } from '../../functions/http/page-link.ts';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { DOOR_ROWS } from '../../infra/rights.ts';
import { appMention, BOT_USER, slashCommand } from '../slack/events.ts';
import type { Deed } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';
import { SIGNING_SECRET } from '../slack/slack-api.ts';
import { LINK_KEY } from './emulated-stack.ts';
import { httpEvent, resultIn } from './http-events.ts';
import { startSlackDeployment } from './slack-deployment.ts';
import type { SlackDeployment } from './slack-deployment.ts';

let deployment: SlackDeployment;
let lab: SlackDeployment['lab'];
let slack: SlackDeployment['slack'];
let stack: SlackDeployment['stack'];

beforeAll(async () => {
  deployment = await startSlackDeployment({
    doors: ['http', 'slack', 'check', 'probe'],
    deployment: { prober: 'vpc' },
    settings: { MAILTLS_EHLO_NAME: 'probe.lab.example' },
  });
  ({ lab, slack, stack } = deployment);
});
afterAll(() => deployment?.close());

const visits = (host: string) => lab.connections(lab.addresses(host)[0] ?? '');

async function ask(domain: string) {
  const came = await stack.functions.http.invoke(httpEvent('GET', `/v1/domains/${domain}`));
  return resultIn(came.payload);
}

/** What the slack function replies to a command. */
async function command(deed: Deed, text: string) {
  const sent = signedRequest('/slack/events', slashCommand(deed, text), SIGNING_SECRET, Date.now());
  return resultIn((await stack.functions.slack.invoke(gatewayEvent(sent))).payload);
}

test('each function is told what it needs, and the probe nothing of table, queue or secret', () => {
  expect(stack.environment('http').open).toEqual(
    expect.arrayContaining(['MAILTLS_TABLE', 'MAILTLS_CHECK_QUEUE', 'MAILTLS_LINK_SECRET']),
  );
  expect(stack.environment('http').open).not.toContain('MAILTLS_SLACK_SECRET');
  expect(stack.environment('slack').open).toContain('MAILTLS_SLACK_SECRET');
  expect(stack.environment('check').open).toContain('MAILTLS_PROBE_FUNCTION');
  const { told, open } = stack.environment('probe');
  expect(open).toEqual([]);
  expect(Object.keys(told)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/TABLE|QUEUE|SECRET/)]),
  );
  expect(told).toMatchObject({ MAILTLS_EHLO_NAME: 'probe.lab.example' });
});

test('from the command in Slack to the posted answer', async () => {
  const deed = slack.deed();
  expect((await command(deed, 'sts-enforce.example')).statusCode).toBe(200);
  while (slack.posts(deed).length === 0) await wait(20);
  await stack.pump.drained();
  const posts = slack.posts(deed);
  expect(posts).toHaveLength(1);
  expect(slack.calls.flatMap(({ faults }) => faults)).toEqual([]);
  expect(JSON.stringify(posts[0]?.payload)).toMatch(
    /sts-enforce\.example.*encrypted, enforced|encrypted, enforced.*sts-enforce\.example/s,
  );
});

test('a mention in a thread is answered there, with the bot’s token, by the function that checks', async () => {
  const author = { user: 'U0ANN', channel: 'C0GENERAL' };
  const mention = appMention(author, { ts: '1763790000.000100', text: `<@${BOT_USER}> rsa2048.example` });
  const sent = signedRequest('/slack/events', mention, SIGNING_SECRET, Date.now());
  expect(resultIn((await stack.functions.slack.invoke(gatewayEvent(sent))).payload).statusCode).toBe(200);
  while (!slack.callsTo('chat.postMessage').some((call) => JSON.stringify(call).includes('rsa2048'))) {
    await wait(20);
  }
  await stack.pump.drained();
  const answers = slack
    .callsTo('chat.postMessage')
    .filter((call) => JSON.stringify(call.payload).includes('not enforced'));
  expect(answers).toHaveLength(1);
  expect(answers[0]?.payload).toMatchObject({ channel: 'C0GENERAL', thread_ts: '1763790000.000100' });
});

test('over HTTP from the request to the report, whose probes were made by the probe function', async () => {
  const answer = await ask('modern.example');
  const report = reportSchema.parse(JSON.parse(answer.body));
  expect(report).toMatchObject({
    verdict: { answer: 'opportunistic' },
    observer: { vantage: 'lambda', ehloName: 'probe.lab.example' },
  });
  const [visit] = visits('mx.modern.example');
  expect(JSON.stringify(visit)).toContain('probe.lab.example');
  expect(stack.functions.check.log()).toContain('"event":"checked"');
});

test('the link in an answer opens its page without anybody being let in', async () => {
  const reply = await command(slack.deed(), 'modern.example');
  const [, link = ''] =
    /"(https:[^"]+\/d\/modern\.example\?[^"]+)"/.exec(reply.body.replaceAll('\\u0026', '&')) ?? [];
  const { pathname, search, searchParams } = new URL(link);
  const seal = { until: searchParams.get('until') ?? '', seal: searchParams.get('seal') ?? '' };
  expect(opensPage(LINK_KEY, 'modern.example', seal, Date.now())).toBe(true);
  const came = await stack.functions.http.invoke(httpEvent('GET', pathname + search, { caller: null }));
  expect(resultIn(came.payload)).toMatchObject({
    statusCode: 200,
    body: expect.stringContaining('modern.example'),
  });
});

test('a probe function that is throttled for a moment is asked again', async () => {
  stack.functions.probe.throttled = 1;
  expect(JSON.parse((await ask('tls13.example')).body)).toMatchObject({
    verdict: { answer: 'opportunistic' },
  });
  expect(visits('mx.tls13.example')).toHaveLength(1);
});

test('a probe function that runs out of its time is a server that was not tested, and the check ends', async () => {
  const { probe } = stack.functions;
  const { timeoutSeconds } = probe;
  probe.timeoutSeconds = 0.5;
  const came = await ask('silent.example');
  probe.timeoutSeconds = timeoutSeconds;
  expect(JSON.parse(came.body)).toMatchObject({
    verdict: { answer: 'untested', encryptedNow: 'unknown' },
    mailServers: [
      { addresses: [{ outcome: 'not-tested', detail: expect.stringContaining('Task timed out') }] },
    ],
  });
  expect(visits('mx.silent.example')).toHaveLength(1);
});

test('a probe function that ends in the middle is a server that was not tested, and nothing worse', async () => {
  const asked = ask('slow-20s.example');
  while (visits('mx.slow-20s.example').length === 0) await wait(10);
  await stack.functions.probe.restart();
  expect(JSON.parse((await asked).body)).toMatchObject({
    verdict: { answer: 'untested', encryptedNow: 'unknown' },
    mailServers: [{ addresses: [{ outcome: 'not-tested' }] }],
  });
});

test('the canaries are asked through the probe function', async () => {
  const came = await stack.functions.check.invoke({ source: 'aws.events', 'detail-type': 'Scheduled Event' });
  expect(came).toMatchObject({ payload: { event: 'egress', state: 'open' } });
});

test('each door has named no rows but those that its role may read and write', () => {
  const writes = new Set(['BatchWriteItem', 'DeleteItem', 'PutItem']);
  for (const by of ['http', 'slack'] as const) {
    const named = stack.table.rows.filter((row) => row.by === by);
    expect(named.length).toBeGreaterThan(0);
    const beyond = named.filter(({ operation, pk }) => {
      const allowed = DOOR_ROWS[by][writes.has(operation) ? 'writes' : 'reads'];
      return !allowed.some((partition) => pk.startsWith(partition));
    });
    expect(beyond).toEqual([]);
  }
});
