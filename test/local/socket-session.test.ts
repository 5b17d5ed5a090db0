/** A connection by Socket Mode that breaks is made again, and one that Slack refuses ends nothing but itself. */
import { setImmediate as soon } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSocketSession } from '../../functions/local/socket-session.ts';
import type { SocketLog, SocketSession } from '../../functions/local/socket-session.ts';

interface Connecting {
  readonly log: SocketLog[];
  readonly starts: () => number;
  /** Slack closes the connection, or it breaks. */
  readonly breaks: () => void;
  readonly session: SocketSession;
}

const refused = (error: string): Error =>
  Object.assign(new Error('an API error occurred'), { data: { error } });

/** @param attempts what each attempt comes to, in order; after the last all succeed */
function connecting(...attempts: readonly (Error | null)[]): Connecting {
  const log: SocketLog[] = [];
  const listeners: (() => void)[] = [];
  let starts = 0;
  const session = startSocketSession({
    client: {
      async start() {
        starts += 1;
        const failure = attempts[starts - 1] ?? null;
        if (failure !== null) throw failure;
      },
      disconnect: async () => listeners.forEach((listener) => listener()),
      on: (_, listener) => listeners.push(listener),
    },
    log: (entry) => log.push(entry),
    firstPauseMs: 1,
  });
  onTestFinished(session.close);
  return { log, starts: () => starts, breaks: () => listeners.forEach((listener) => listener()), session };
}
const CONNECTED: SocketLog = { event: 'slack-connected' };
const unreachable: SocketLog = { event: 'slack-not-connected', code: '', again: 'yes' };

test('Slack asks to connect anew, as it does every few hours', async () => {
  const { log, breaks } = connecting();
  for (const times of [1, 2, 3]) {
    await expect.poll(() => log).toHaveLength(times);
    await soon();
    breaks();
  }
  await expect.poll(() => log).toHaveLength(4);
  expect(log).toEqual([CONNECTED, CONNECTED, CONNECTED, CONNECTED]);
});

test('Slack cannot be reached for a while: told each time, and tried until it can', async () => {
  const { log } = connecting(new Error('fetch failed'), new Error('fetch failed'));
  await expect.poll(() => log).toHaveLength(3);
  expect(log).toEqual([unreachable, unreachable, CONNECTED]);
});

test('429: tried again after as long as Slack says', async () => {
  const { log } = connecting(Object.assign(new Error('rate limited'), { retryAfter: 0.001 }));
  await expect.poll(() => log).toHaveLength(2);
  expect(log.at(-1)).toEqual(CONNECTED);
});

test.each(['invalid_auth', 'token_revoked', 'account_inactive', 'not_allowed_token_type'])(
  '%s: the token will not get better, and is not shown again',
  async (error) => {
    const { log, starts, session } = connecting(refused(error));
    await expect.poll(() => log).toHaveLength(1);
    await session.close();
    expect([log, starts()]).toEqual([[{ event: 'slack-not-connected', code: error, again: 'no' }], 1]);
  },
);

test('what Slack says in another form than a code is not told', async () => {
  const { log } = connecting(refused('token xapp-1-A was sent by ann@vendor.example'));
  await expect.poll(() => log).toHaveLength(2);
  expect(log[0]).toEqual(unreachable);
});

test('once it is closed nothing connects any more', async () => {
  const { log, starts, breaks, session } = connecting();
  await expect.poll(() => log).toHaveLength(1);
  await session.close();
  breaks();
  await soon();
  expect(starts()).toBe(1);
});
