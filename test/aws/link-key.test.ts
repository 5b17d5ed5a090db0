/** The key of page links as a function on AWS has it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepLinkKey } from '../../functions/aws/link-key.ts';
import { CREDENTIALS, startAwsServices } from './aws-services.ts';
import type { AwsServices } from './aws-services.ts';
import { LINK_KEY } from './emulated-stack.ts';
import { secretsService } from './secrets-service.ts';

const NAME = 'mailtls/links';
const stored = new Map<string, string>();
let aws: AwsServices;
let told: unknown[];

beforeEach(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  stored.clear();
  aws = await startAwsServices([secretsService(stored)]);
  told = [];
  vi.spyOn(console, 'error').mockImplementation((entry: unknown) => void told.push(entry));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await aws.close();
});

const key = (secretId = NAME, links = true): Promise<string> =>
  keepLinkKey(
    { MAILTLS_PAGE_LINKS: links, MAILTLS_LINK_SECRET: secretId, MAILTLS_AWS_ENDPOINT: aws.endpoint },
    Date.now,
  )();

test('it is the text of its secret', async () => {
  stored.set(NAME, LINK_KEY);
  expect(await key()).toBe(LINK_KEY);
  expect(told).toEqual([]);
});

test('where there are no such links nobody asks for it', async () => {
  expect(await key('', false)).toBe('');
  expect([aws.asked, told]).toEqual([[], []]);
});

test.each([
  ['is not there', NAME, null, 'ResourceNotFoundException'],
  ['could be guessed', NAME, 'guessable', 'shorter than 32 characters'],
  ['is not named', '', null, 'MAILTLS_LINK_SECRET must name a secret.'],
])('one that %s seals nothing, and the log says so without it', async (_, secretId, text, sentence) => {
  if (text !== null) stored.set(NAME, text);
  expect(await key(secretId)).toBe('');
  expect(told).toEqual([
    expect.objectContaining({ event: 'secret-failed', detail: expect.stringContaining(sentence) }),
  ]);
  expect(JSON.stringify(told)).not.toContain('guessable');
});
