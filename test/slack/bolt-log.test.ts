/** What Bolt logs is what went wrong, without what it went wrong with, and nothing at all of its debug level. */
import { AwsLambdaReceiver, LogLevel } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createSlackApp } from '../../functions/slack/bolt-app.ts';
import { createBoltLog, redacted } from '../../functions/slack/bolt-log.ts';
import type { SlackLog } from '../../functions/slack/door.ts';
import { slashCommand } from './events.ts';
import { gatewayEvent, signedRequest } from './signed-request.ts';
import { BOT_TOKEN, SIGNING_SECRET } from './slack-api.ts';
import { testDoor } from './test-door.ts';

const botToken = async (): Promise<string> => BOT_TOKEN;

test.each([
  ['The app was not acknowledged within 3001 ms.', 'The app was not acknowledged within 3001 ms.'],
  ['AWS event: {"body":"token=abc"}', 'AWS event: …'],
  ['used xoxb-12-34-abc, then xapp-1-A and xwfp-77', 'used … then … and …'],
  ['signature v0=0123abcd refused', 'signature … refused'],
  ['posting to https://hooks.slack.com/commands/T1/2/secret failed', 'posting to … failed'],
  ['of ann@vendor.example', 'of …'],
  ['Received <b>', 'Received …'],
])('%j', (text, shown) => {
  expect(redacted(text)).toBe(shown);
});

test('of a text as long as an event the beginning is read, and no half of an address is left over', () => {
  expect(redacted('a'.repeat(64_000))).toBe('');
  expect(redacted(`${'ann@vendor.example '.repeat(200)}bob@vendor.example`)).toMatch(/^[… ]+$/);
});

test('there is no debug level, and no way to one', () => {
  const log: SlackLog[] = [];
  const logger = createBoltLog((entry) => log.push(entry));
  logger.setLevel(LogLevel.DEBUG);
  logger.debug('Received: from mx.vendor.example');
  logger.info('Received: from mx.vendor.example');
  expect([logger.getLevel(), log]).toEqual([LogLevel.WARN, []]);
});

test('of an error its kind and its place are told, and not its message', () => {
  const log: SlackLog[] = [];
  createBoltLog((entry) => log.push(entry)).error(new RangeError('in "Received: from mx.vendor.example"'));
  expect(log).toMatchObject([
    { event: 'slack-library', severity: 'error', text: expect.stringMatching(/^RangeError \| at /) },
  ]);
  expect(JSON.stringify(log)).not.toContain('vendor');
});

test('with SLACK_LOG_LEVEL, DEBUG and all that set, nothing of an event is written anywhere', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { SLACK_LOG_LEVEL: 'debug', LOG_LEVEL: 'debug', DEBUG: '*', NODE_DEBUG: '*' });
  const written: string[] = [];
  const console = globalThis.console;
  const note = (...said: unknown[]): void => void written.push(said.map(String).join(' '));
  globalThis.console = { ...console, log: note, info: note, debug: note, warn: note, error: note };
  try {
    const there = testDoor();
    const receiver = new AwsLambdaReceiver({
      signingSecret: SIGNING_SECRET,
      logger: createBoltLog(there.door.log),
    });
    createSlackApp({ receiver, door: there.door, botToken, apiUrl: 'http://127.0.0.1:1/' });
    const deed = {
      user: 'U1',
      channel: 'C1',
      triggerId: '1.2.3',
      responseUrl: 'https://hooks.slack.com/secret',
    };
    const handle = receiver.toHandler();
    for (const secret of [SIGNING_SECRET, 'another']) {
      const sent = slashCommand(deed, 'marker-qzx7.example');
      await handle(gatewayEvent(signedRequest('/slack/events', sent, secret, Date.now())), {});
    }
    expect(JSON.stringify([written, there.log])).not.toMatch(/qzx7|hooks|xoxb|v0=/);
  } finally {
    globalThis.console = console;
    process.env = before;
  }
});
