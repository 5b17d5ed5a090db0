/** `npm run deploy`: what is looked at beforehand, and what is said afterwards. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type AccountLimit, lambdaTools } from '../../infra/account.ts';
import { deploy, type DeployTools, reservationMistake } from '../../infra/deploy.ts';
import { type AwsServices, awsError, CREDENTIALS, startAwsServices } from '../aws/aws-services.ts';
import { EHLO } from './stack-template.ts';

const limit = (concurrent: number, unreserved = concurrent, reservedByUs = 0): AccountLimit => ({
  concurrent,
  unreserved,
  reservedByUs,
});

test.each([
  ['nothing reserved, in a new account', 0, limit(10), null],
  ['twenty of a thousand', 20, limit(1000), null],
  ['all but a hundred', 900, limit(1000), null],
  ['one more than that', 901, limit(1000), expect.stringContaining('this account can reserve 900')],
  ['five in a new account', 5, limit(10), expect.stringContaining('this account can reserve 0')],
  [
    'what others have reserved is not there',
    20,
    limit(1000, 110),
    expect.stringContaining('this account can reserve 10'),
  ],
  ['what we have reserved ourselves is', 20, limit(1000, 100, 20), null],
])('a reservation for the probe: %s', (_, wanted, account, mistake) => {
  expect(reservationMistake(wanted, account)).toEqual(mistake);
});

const said: string[] = [];
const ran: string[] = [];
function tools(change: Partial<DeployTools>, deployment: Record<string, string> = {}): DeployTools {
  return {
    context: async () => ({ settings: EHLO, deployment }),
    accountLimit: async () => limit(1000),
    run: async (command, args) => {
      ran.push([command, ...args].join(' '));
      return 0;
    },
    askCanaries: async () => void ran.push('canaries'),
    say: (text) => said.push(text),
    ...change,
  };
}
beforeEach(() => {
  said.length = 0;
  ran.length = 0;
});

const CDK = 'cdk deploy --no-notices --outputs-file cdk.out/outputs.json';
const DOCTOR = 'node functions/local/mailtls.js doctor --deployed --outputs cdk.out/outputs.json';

test('a deployment that probes is followed by its canaries, and by what they said', async () => {
  expect(await deploy(['--profile', 'us'], tools({}, { prober: 'vpc', probeConcurrency: '20' }))).toBe(0);
  expect(ran).toEqual([`${CDK} --profile us`, 'canaries', DOCTOR]);
  expect(said.at(-1)).toContain('docs/operate.md');
});

test('one that connects to no mail server asks no canaries', async () => {
  expect(await deploy([], tools({}))).toBe(0);
  expect(ran).toEqual([CDK, DOCTOR]);
});

test('canaries that cannot be asked do not undo a deployment', async () => {
  const failing = { askCanaries: () => Promise.reject(new Error('no right to invoke')) };
  expect(await deploy([], tools(failing, { prober: 'vpc' }))).toBe(0);
  expect(said.join()).toContain('They could not be asked: Error: no right to invoke');
  expect(ran).toEqual([CDK, DOCTOR]);
});

test.each([
  [{ prober: 'vcp' }, {}, 64, 'prober must be vpc, agent or none'],
  [
    { prober: 'vpc', probeConcurrency: '20' },
    { accountLimit: async () => limit(10) },
    64,
    'Set probeConcurrency to 0 in cdk.json',
  ],
  [
    { prober: 'vpc', probeConcurrency: '20' },
    { accountLimit: () => Promise.reject(new Error('no credentials')) },
    1,
    'The limits of the account could not be read: Error: no credentials',
  ],
])('a mistake is said before anything is deployed: %j', async (deployment, change, status, sentence) => {
  expect(await deploy([], tools(change, deployment))).toBe(status);
  expect(said).toEqual([expect.stringContaining(sentence)]);
  expect(ran).toEqual([]);
});

test('a deployment that CDK gives up has its exit status, and nothing is asked of it', async () => {
  const failing = {
    run: async (command: string) => {
      ran.push(command);
      return 1;
    },
  };
  expect(await deploy([], tools(failing, { prober: 'vpc' }))).toBe(1);
  expect(ran).toEqual(['cdk']);
});

let aws: AwsServices;
let fails = false;
beforeAll(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  aws = await startAwsServices([
    async ({ operation }) => {
      if (operation.includes('account-settings')) {
        const AccountLimit = { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 980 };
        return { ok: true, body: { AccountLimit } };
      }
      if (operation.includes('/Probe-1/concurrency')) {
        return { ok: true, body: { ReservedConcurrentExecutions: 20 } };
      }
      if (operation.includes('/Check-1/invocations')) {
        return { ok: true, body: {}, headers: fails ? { 'x-amz-function-error': 'Unhandled' } : {} };
      }
      return awsError(404, 'ResourceNotFoundException', operation);
    },
  ]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws?.close();
});

test('the account is asked for its limits, and what this stack has reserved counts as free', async () => {
  const first = lambdaTools(aws.endpoint, async () => ({}));
  expect(await first.accountLimit()).toEqual(limit(1000, 980, 0));
  const again = lambdaTools(aws.endpoint, async () => ({ ProbeFunctionName: 'Probe-1' }));
  expect(await again.accountLimit()).toEqual(limit(1000, 980, 20));
  const gone = lambdaTools(aws.endpoint, async () => ({ ProbeFunctionName: 'Probe-0' }));
  expect(await gone.accountLimit()).toEqual(limit(1000, 980, 0));
});

test('the canaries are asked by the event of the schedule', async () => {
  const { askCanaries } = lambdaTools(aws.endpoint, async () => ({ CheckFunctionName: 'Check-1' }));
  await askCanaries();
  expect(aws.asked.at(-1)?.body).toEqual({ source: 'aws.events' });
  fails = true;
  await expect(askCanaries()).rejects.toThrow('the check function failed; see its log');
});
