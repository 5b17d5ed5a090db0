/** Where services are spoken to, for which region that is signed, and with whose credentials. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { endpointOf, regionOf } from '../../functions/amazon/endpoint.ts';
import { createQueue } from '../../functions/amazon/queue.ts';
import { readSettings } from '../../functions/environment.ts';
import { agentCommand } from '../../functions/local/agent-command.ts';
import { examineDeployed } from '../../functions/local/deployed.ts';
import { CREDENTIALS } from '../aws/aws-services.ts';
import { answering, startRecorder } from './recorder.ts';
import type { Recorder, Reply } from './recorder.ts';
import type { SignedRequest } from './signature.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each([
  ['eu-west-1', 'https://dynamodb.eu-west-1.amazonaws.com'],
  ['us-gov-west-1', 'https://dynamodb.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn'],
  ['eusc-de-east-1', 'https://dynamodb.eusc-de-east-1.amazonaws.eu'],
])('of the region %s the endpoint is %s, and back', (region, endpoint) => {
  expect(endpointOf('dynamodb', region)).toBe(endpoint);
  expect(regionOf(endpoint)).toBe(region);
});

test.each([
  ['https://sqs.ap-southeast-2.amazonaws.com/123456789012/agent', 'ap-southeast-2'],
  ['https://vpce-0a1-b2c.sqs.us-east-1.vpce.amazonaws.com/123456789012/agent', 'us-east-1'],
  ['https://sqs-fips.us-gov-east-1.amazonaws.com/123456789012/agent', 'us-gov-east-1'],
  ['https://sqs.eu-central-1.api.aws/123456789012/agent', 'eu-central-1'],
  ['https://a1b2c3d4e5.execute-api.eu-west-3.amazonaws.com', 'eu-west-3'],
  ['http://127.0.0.1:4566/123456789012/agent', null],
  ['', null],
  ['https://sqs.eu-central-1.amazonaws.com.attacker.example/1/agent', null],
  ['https://sqs.eu-central-1.localhost.localstack.cloud:4566/1/agent', null],
])('of the address %s the region is %s', (address, region) => {
  expect(regionOf(address)).toBe(region);
});

const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/agent';
const REGION_OF_SIGNATURE = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\//;
const scope = ({ headers }: SignedRequest) => [
  headers['host'],
  ...(REGION_OF_SIGNATURE.exec(String(headers['authorization']))?.slice(1) ?? []),
];

/** Everything that is asked over HTTPS comes here instead. */
async function startAws(...replies: readonly Reply[]): Promise<Recorder> {
  const recorder = await startRecorder(...replies);
  const { hostname, port } = new URL(recorder.endpoint);
  const { request } = http;
  vi.spyOn(https, 'request').mockImplementation((...asked: readonly unknown[]) => {
    const [options, answered] = asked;
    const here = Object.assign({}, options, { host: hostname, port, agent: false });
    return typeof answered === 'function' ? request(here, (given) => void answered(given)) : request(here);
  });
  return recorder;
}

function inEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}
const NO_FILES = {
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
};

test.each([undefined, 'us-east-1'])(
  'a queue is asked in its own region, wherever this process is (%s)',
  async (here) => {
    inEnvironment({ ...NO_FILES, ...CREDENTIALS, AWS_REGION: here });
    const { requests } = await startAws(answering(200, {}));
    const queue = createQueue({ queueUrl: QUEUE, endpoint: '', timeoutMs: 5_000 });
    await queue.send('{}', 0);
    queue.close();
    expect(requests.map(scope)).toEqual([['sqs.eu-central-1.amazonaws.com', 'eu-central-1', 'sqs']]);
  },
);

const assumedUntil = (end: string): string => `<AssumeRoleResponse><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role</SecretAccessKey>
  <SessionToken>session</SessionToken><Expiration>${end}</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;

test.each([
  ['once', '2099-01-01T00:00:00Z', ['sts', 'sqs', 'sqs']],
  ['again when it has ended', '2001-01-01T00:00:00Z', ['sts', 'sqs', 'sts', 'sqs']],
])('a role of a profile is taken on %s, in the region where it is used', async (_, end, asked) => {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-profile-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'config');
  await writeFile(
    file,
    '[profile agent]\nrole_arn = arn:aws:iam::1:role/agent\nsource_profile = host\n' +
      '[profile host]\naws_access_key_id = AKIAHOST\naws_secret_access_key = host\n',
  );
  inEnvironment({
    ...NO_FILES,
    AWS_CONFIG_FILE: file,
    AWS_PROFILE: 'agent',
    AWS_REGION: undefined,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
  });
  const warned = vi.spyOn(console, 'warn');
  const { requests } = await startAws((response, request) => {
    const isSts = request.headers.host?.startsWith('sts.') === true;
    const reply = isSts
      ? answering(200, assumedUntil(end), { 'content-type': 'text/xml' })
      : answering(200, {});
    reply(response, request);
  });
  const queue = createQueue({ queueUrl: QUEUE, endpoint: '', timeoutMs: 5_000 });
  await queue.send('{}', 0);
  await queue.send('{}', 0);
  queue.close();
  expect(requests.map(scope)).toEqual(
    asked.map((name) => [`${name}.eu-central-1.amazonaws.com`, 'eu-central-1', name]),
  );
  expect(requests.at(-1)?.headers['x-amz-security-token']).toBe('session');
  expect(warned).not.toHaveBeenCalled();
});

test('an agent writes where its queue is', async () => {
  inEnvironment({ ...NO_FILES, ...CREDENTIALS, AWS_REGION: undefined });
  const ending = new AbortController();
  const request = { ip: '203.0.113.9', serverName: 'mx.a.example', host: 'mx.a.example', look: 'first' };
  const work = JSON.stringify({ id: crypto.randomUUID(), request, untilMs: Date.now() + 60_000 });
  const { requests } = await startAws(
    answering(200, { Messages: [{ Body: work, ReceiptHandle: 'a handle' }] }),
    (response, asked) => {
      if (String(asked.headers['x-amz-target']).endsWith('PutItem')) ending.abort();
      const waits = String(asked.headers['x-amz-target']).endsWith('ReceiveMessage');
      if (!waits) answering(200, '')(response, asked);
    },
  );
  const status = await agentCommand([], {
    out: () => {},
    error: () => {},
    colour: false,
    columns: 80,
    watched: false,
    input: (async function* () {})(),
    environment: { MAILTLS_AGENT_QUEUE: QUEUE, MAILTLS_NEVER_PROBE: 'a.example' },
    interrupted: ending.signal,
  });
  expect(status).toBe(0);
  expect(new Set(requests.map((asked) => scope(asked).join(' ')))).toEqual(
    new Set([
      'sqs.eu-central-1.amazonaws.com eu-central-1 sqs',
      'dynamodb.eu-central-1.amazonaws.com eu-central-1 dynamodb',
    ]),
  );
}, 15_000);

test('a deployment is looked at where its API is', async () => {
  inEnvironment({ ...NO_FILES, ...CREDENTIALS, AWS_REGION: 'us-east-1' });
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-outputs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'outputs.json');
  const ApiUrl = 'https://a1b2c3d4e5.execute-api.eu-west-3.amazonaws.com';
  await writeFile(
    file,
    JSON.stringify({ Mailtls: { Prober: 'vpc', EhloName: '-', TableName: 'mailtls', ApiUrl } }),
  );
  const { requests } = await startAws(answering(200, {}));
  const read = readSettings({ MAILTLS_RESOLVERS: 'udp://127.0.0.1:9' });
  if (!read.ok) throw new Error('settings');
  const state = await examineDeployed(file, read.settings, new AbortController().signal);
  expect(state).toMatchObject({ examinations: [{ code: 'canaries-unasked' }, {}] });
  expect(requests.map(scope)).toEqual([['dynamodb.eu-west-3.amazonaws.com', 'eu-west-3', 'dynamodb']]);
});
