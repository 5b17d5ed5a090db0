/** What a check uses of the table and sends to mail servers: the numbers that `docs/cost.md` is reckoned from. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCheckAnswers } from '../../functions/aws/check-answers.ts';
import { openDoorAnswers } from '../../functions/aws/door-answers.ts';
import { readSettings } from '../../functions/environment.ts';
import { MEASURED } from '../../infra/cost-data.ts';
import { CREDENTIALS, startAwsServices } from '../aws/aws-services.ts';
import type { AwsServices } from '../aws/aws-services.ts';
import { createTestQueue, queueService } from '../aws/queue-service.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { startCountingTable } from './counting-table.ts';
import type { CountingTable } from './counting-table.ts';

let lab: Lab;
let table: CountingTable;
let aws: AwsServices;
const queue = createTestQueue({ name: 'checks', secondMs: 20, visibilitySeconds: 60, mostReceives: 3 });
const sockets: Socket[] = [];
const onSocket = (message: unknown): void => {
  if (
    typeof message === 'object' &&
    message !== null &&
    'socket' in message &&
    message.socket instanceof Socket
  )
    sockets.push(message.socket);
};

beforeAll(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  [lab, table, aws] = await Promise.all([
    startLab({ secondMs: 20, bulk: { domains: 2, servers: 2 } }),
    startCountingTable(),
    startAwsServices([queueService([queue])]),
  ]);
  subscribe('net.client.socket', onSocket);
});
afterAll(async () => {
  unsubscribe('net.client.socket', onSocket);
  vi.unstubAllEnvs();
  await Promise.all([lab?.close(), table?.close(), aws?.close()]);
});

/** The lab's servers are not the internet's: a third more or less is the same. */
const about = (number: number) => ({
  from: number * 0.67,
  to: number * 1.33,
});

const NEVER = new AbortController().signal;

test('what a fresh check and a stored answer use is what the costs are reckoned from', async () => {
  const read = readSettings({
    ...lab.environment,
    MAILTLS_RESOLVERS: lab.dns.udp,
    MAILTLS_STORE_ENDPOINT: table.endpoint,
    MAILTLS_TABLE: table.tableName,
    MAILTLS_AWS_ENDPOINT: aws.endpoint,
    MAILTLS_CHECK_QUEUE: `${aws.endpoint}/123456789012/checks`,
  });
  if (!read.ok) throw new Error('the settings of the lab are not of their form');
  const check = openCheckAnswers(read.settings, () => 60_000);
  const door = openDoorAnswers(read.settings).answers;
  const ask = (domain: string) => door.ask({ domain }, { waitMs: 0, again: false }, NEVER);
  async function used(domain: string) {
    table.used();
    const asked = await ask(domain);
    const order = table.used();
    sockets.length = 0;
    const answered = await check.answers.check(domain, { purpose: 'answer' });
    await check.settled();
    const checked = table.used();
    const toMail = sockets.filter(({ bytesWritten }) => bytesWritten > 0);
    const stored = await ask(domain);
    return {
      outcomes: [asked.outcome, answered.outcome, stored.outcome],
      order,
      check: checked,
      stored: table.used(),
      sent: toMail.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0) / Math.max(1, toMail.length),
      received: toMail.reduce((sum, { bytesRead }) => sum + bytesRead, 0) / Math.max(1, toMail.length),
    };
  }

  // What is done once for all checks, such as certificates that many servers share, is not counted.
  await used('d0000.bulk.example');
  const one = await used('d0001.bulk.example');
  const eight = await used('four-servers.example');
  check.tools.close();

  expect([...one.outcomes, ...eight.outcomes]).toEqual([
    'checking',
    'answer',
    'answer',
    'checking',
    'answer',
    'answer',
  ]);
  const { order, check: ofOne, address, stored, probeBytes } = MEASURED;
  expect(one).toMatchObject({
    order: { read: order.reads, write: order.writes },
    check: { read: ofOne.reads, write: ofOne.writes },
    stored: { read: stored.reads, write: stored.writes },
  });
  const perAddress = {
    writes: (eight.check.write - one.check.write) / 7,
    keptBytes: (eight.check.keptBytes - one.check.keptBytes) / 7,
  };
  for (const [measured, told] of [
    [one.check.keptBytes, ofOne.keptBytes],
    [perAddress.writes, address.writes],
    [perAddress.keptBytes, address.keptBytes],
    [one.sent, probeBytes.sent],
    [one.received, probeBytes.received],
  ] as const) {
    const { from, to } = about(told);
    expect(measured).toBeGreaterThanOrEqual(from);
    expect(measured).toBeLessThanOrEqual(to);
  }
});
