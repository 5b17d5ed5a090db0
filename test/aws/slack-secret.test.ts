/** Slack's secrets as a function on AWS has them, from a stand-in for Secrets Manager. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepSlackSecret } from '../../functions/aws/slack-secret.ts';
import { CREDENTIALS, startAwsServices } from './aws-services.ts';
import type { AwsServices } from './aws-services.ts';
import { secretsService } from './secrets-service.ts';

const NAME = 'mailtls/slack';
const first = { signingSecret: 'sign-1', botToken: 'xoxb-1' };
const second = { ...first, signingSecret: 'sign-2' };

let stored: Map<string, string>;
let aws: AwsServices;
let nowMs: number;

beforeEach(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  stored = new Map([[NAME, JSON.stringify(first)]]);
  aws = await startAwsServices([secretsService(stored)]);
  nowMs = Date.parse('2026-11-22T01:02:03Z');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const secrets = (secretId = NAME) =>
  keepSlackSecret({ MAILTLS_SLACK_SECRET: secretId, MAILTLS_AWS_ENDPOINT: aws.endpoint }, () => nowMs);

test('the secret is fetched once for all who ask, however many ask at once', async () => {
  const { current } = secrets();
  const read = await Promise.all([current(), current(), current()]);
  expect(read).toEqual(Array.from({ length: 3 }, () => ({ ok: true, secret: first })));
  expect(await current()).toEqual({ ok: true, secret: first });
  expect(aws.asked).toHaveLength(1);
});

test('a secret that is old is fetched again, so that a rotated one is taken up', async () => {
  const { current } = secrets();
  await current();
  stored.set(NAME, JSON.stringify(second));
  nowMs += 14 * 60_000;
  expect(await current()).toEqual({ ok: true, secret: first });
  nowMs += 60_000;
  expect(await current()).toEqual({ ok: true, secret: second });
});

test('after a signature that does not fit it is fetched again, at most once a minute', async () => {
  const { current, renewed } = secrets();
  await current();
  stored.set(NAME, JSON.stringify(second));
  expect(await renewed()).toEqual({ ok: true, secret: first });
  nowMs += 60_000;
  expect(await renewed()).toEqual({ ok: true, secret: second });
  expect(await renewed()).toEqual({ ok: true, secret: second });
  expect(aws.asked).toHaveLength(2);
});

test('one that cannot be fetched again serves on', async () => {
  const { current } = secrets();
  await current();
  stored.delete(NAME);
  nowMs += 3_600_000;
  expect(await current()).toEqual({ ok: true, secret: first });
});

test.each([
  ['is not there', null, /mailtls\/slack could not be read: ResourceNotFoundException/],
  ['is no JSON', 'xoxb-secret', /is not a JSON object/],
  ['is a list', '["xoxb-secret"]', /is not a JSON object/],
  ['has no token', '{"signingSecret":"sign-1"}', /has no botToken\.$/],
  ['has nothing', '{"signingSecret":7}', /has no signingSecret and no botToken\.$/],
])('a secret that %s is told of in a sentence, without what is in it', async (_, text, sentence) => {
  if (text === null) stored.delete(NAME);
  else stored.set(NAME, text);
  const read = await secrets().current();
  expect(read).toEqual({ ok: false, sentence: expect.stringMatching(sentence) });
  expect(JSON.stringify(read)).not.toMatch(/xoxb-secret|sign-1/);
});

test('once a missing secret is there, the next one who asks has it', async () => {
  stored.delete(NAME);
  const { current } = secrets();
  expect(await current()).toMatchObject({ ok: false });
  stored.set(NAME, JSON.stringify(first));
  expect(await current()).toEqual({ ok: true, secret: first });
});

test('a function that was given no name of a secret says which setting is missing', async () => {
  expect(await secrets('').current()).toEqual({
    ok: false,
    sentence: 'MAILTLS_SLACK_SECRET must name a secret.',
  });
  expect(aws.asked).toEqual([]);
});
