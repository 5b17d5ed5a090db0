/** Manners that several processes keep by one table: leases that run out, an order that nobody jumps. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CommonTurn } from '../../functions/probe/polite-prober.ts';
import { createCommonManners } from '../../functions/store/common-manners.ts';
import type { CommonMannersOptions } from '../../functions/store/common-manners.ts';
import { missingTable } from '../../functions/store/missing-table.ts';
import { openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

const PROCESS = fileURLToPath(new URL('./manners-process.ts', import.meta.url));

let opened: TestTable;
beforeAll(async () => {
  opened = await openTestTable();
});
afterAll(() => opened?.close());

const failures: string[] = [];
const NEVER = new AbortController().signal;
let number = 0;
/** Each test has an operator and addresses of its own: nothing is left of the test before. */
function aside() {
  number += 1;
  const operator = `o${number}-${process.pid}-${Date.now().toString(36)}.example`;
  return { host: (name: string) => `${name}.${operator}`, ip: (last: number) => `192.0.${number}.${last}` };
}

function manners(
  change: Partial<Omit<CommonMannersOptions, 'rules'>> = {},
  rules: Partial<CommonMannersOptions['rules']> = {},
) {
  return createCommonManners({
    table: opened.table,
    rules: {
      connectionsPerOperator: 2,
      operatorIntervalMs: 0,
      backOffMs: 900_000,
      isExempt: () => false,
      ...rules,
    },
    leaseMs: 60_000,
    now: Date.now,
    failed: (operation, { because }) => failures.push(`${operation} ${because}`),
    ...change,
  });
}

/** A turn that is not granted at once is given up. */
const atOnce = (): AbortSignal => AbortSignal.timeout(400);
async function end(turn: CommonTurn): Promise<void> {
  if (turn.granted) await turn.done();
}

describe('two processes', () => {
  test('are never connected to one address at the same time', async () => {
    const { host, ip } = aside();
    const first = await manners().turn({ host: host('mx'), ip: ip(1), look: 'first' }, NEVER);
    expect(first.granted).toBe(true);
    const asked = { host: host('mx'), ip: ip(1), look: 'first' } as const;
    expect(await manners().turn(asked, atOnce())).toEqual({ granted: false, because: 'out-of-time' });
    const waiting = manners().turn(asked, NEVER);
    await end(first);
    expect((await waiting).granted).toBe(true);
    await end(await waiting);
  });

  test('are connected to one operator’s servers twice at most', async () => {
    const { host, ip } = aside();
    const turns = await Promise.all(
      [1, 2].map((last) => manners().turn({ host: host(`mx${last}`), ip: ip(last), look: 'first' }, NEVER)),
    );
    expect(turns.map(({ granted }) => granted)).toEqual([true, true]);
    const third = { host: host('mx3'), ip: ip(3), look: 'first' } as const;
    expect(await manners().turn(third, atOnce())).toEqual({ granted: false, because: 'out-of-time' });
    const other = aside();
    const elsewhere = await manners().turn({ host: other.host('mx'), ip: other.ip(9), look: 'first' }, NEVER);
    expect(elsewhere.granted).toBe(true);
    await Promise.all([...turns, elsewhere].map(end));
    const now = await manners().turn(third, NEVER);
    expect(now.granted).toBe(true);
    await end(now);
  });

  test('begin connections to one operator a second apart', async () => {
    const { host, ip } = aside();
    let nowMs = 1_000_000;
    const clock = { now: () => nowMs };
    const interval = { operatorIntervalMs: 1_000 };
    const ask = (last: number, signal: AbortSignal) =>
      manners(clock, interval).turn({ host: host('mx'), ip: ip(last), look: 'first' }, signal);
    await end(await ask(1, NEVER));
    nowMs += 999;
    expect((await ask(2, atOnce())).granted).toBe(false);
    nowMs += 1;
    const second = await ask(2, NEVER);
    expect(second.granted).toBe(true);
    await end(second);
  });

  test('leave an operator alone that turned one of them away; a second look is made all the same', async () => {
    const { host, ip } = aside();
    let nowMs = 1_000_000;
    const clock = { now: () => nowMs };
    await manners(clock).leaveAlone(host('mx'), ip(1));
    const asked = { host: host('other'), ip: ip(2) } as const;
    expect(await manners(clock).turn({ ...asked, look: 'first' }, NEVER)).toEqual({
      granted: false,
      because: 'backing-off',
    });
    const second = await manners(clock).turn({ ...asked, look: 'second' }, NEVER);
    expect(second.granted).toBe(true);
    await end(second);
    nowMs += 900_000;
    const later = await manners(clock).turn({ ...asked, look: 'first' }, NEVER);
    expect(later.granted).toBe(true);
    await end(later);
  });

  test('do not wait for one that has died: its lease runs out', async () => {
    const { host, ip } = aside();
    let nowMs = 1_000_000;
    const dead = await manners({ now: () => nowMs, leaseMs: 600_000 }).turn(
      { host: host('mx'), ip: ip(1), look: 'first' },
      NEVER,
    );
    expect(dead.granted).toBe(true);
    nowMs += 600_000;
    const next = await manners({ now: () => nowMs }).turn(
      { host: host('mx'), ip: ip(1), look: 'first' },
      NEVER,
    );
    expect(next.granted).toBe(true);
    // What the dead one gives back late is not the other's.
    await end(dead);
    expect(
      (await manners({ now: () => nowMs }).turn({ host: host('mx'), ip: ip(1), look: 'first' }, atOnce()))
        .granted,
    ).toBe(false);
    await end(next);
  });

  test('know no limits on loopback', async () => {
    const loopback = manners({}, { isExempt: (ip) => ip.startsWith('127.') });
    const turns = await Promise.all(
      Array.from({ length: 5 }, () =>
        loopback.turn({ host: 'mx.vendor.example', ip: '127.0.0.1', look: 'first' }, NEVER),
      ),
    );
    expect(turns.every(({ granted }) => granted)).toBe(true);
  });
});

test('a turn that was given up leaves nothing taken', async () => {
  const { host, ip } = aside();
  const held = await Promise.all(
    [1, 2].map((last) => manners().turn({ host: host('mx'), ip: ip(last), look: 'first' }, NEVER)),
  );
  expect((await manners().turn({ host: host('mx'), ip: ip(3), look: 'first' }, atOnce())).granted).toBe(
    false,
  );
  await Promise.all(held.map(end));
  // Had the address stayed taken, this one would wait for its lease to run out.
  const again = await manners().turn(
    { host: host('mx'), ip: ip(3), look: 'first' },
    AbortSignal.timeout(4_000),
  );
  expect(again.granted).toBe(true);
  await end(again);
});

test('without the table a process keeps its own manners, and says so', async () => {
  const { host, ip } = aside();
  failures.length = 0;
  const turn = await manners({ table: missingTable('no table') }).turn(
    { host: host('mx'), ip: ip(1), look: 'first' },
    NEVER,
  );
  expect(turn.granted).toBe(true);
  expect(failures).toContain('manners unreachable');
});

test('two real processes that visit two servers of one operator meet at none, and are two at most', async () => {
  const { host, ip } = aside();
  let open = 0;
  let mostOpen = 0;
  const perServer = new Map<string, number>();
  let met = 0;
  let visits = 0;
  const server = createServer((socket) => {
    socket.once('data', (data) => {
      const address = data.toString();
      visits += 1;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      const there = (perServer.get(address) ?? 0) + 1;
      perServer.set(address, there);
      if (there > 1) met += 1;
      socket.write('in');
      socket.once('data', () => {
        open -= 1;
        perServer.set(address, (perServer.get(address) ?? 1) - 1);
        socket.end('out');
      });
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const visitors = [1, 2].map(() =>
    spawn(process.execPath, [PROCESS], {
      env: {
        ...process.env,
        VISIT: JSON.stringify({
          port,
          table: opened.options,
          host: host('mx'),
          ips: [ip(1), ip(2), ip(3)],
          visits: 9,
        }),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );
  const ends = await Promise.all(visitors.map(async (visitor) => (await once(visitor, 'exit'))[0]));
  expect(ends).toEqual([0, 0]);
  expect({ visits, met }).toEqual({ visits: 18, met: 0 });
  expect(mostOpen).toBeLessThanOrEqual(2);
}, 60_000);
