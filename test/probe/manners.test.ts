import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createManners, isLoopback, turnedAway } from '../../functions/probe/manners.ts';
import type { Manners, MannersRules, Turn } from '../../functions/probe/manners.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = new AbortController().signal;

const manners = (rules: Partial<MannersRules> = {}): Manners =>
  createManners({
    connectionsPerOperator: 2,
    operatorIntervalMs: 1000,
    backOffMs: 900_000,
    neverProbe: [],
    clock: Date.now,
    isExempt: isLoopback,
    ...rules,
  });

interface Caller {
  turn: Turn | null;
}

function ask(
  from: Manners,
  host: string,
  ip: string,
  given: { look?: 'first' | 'second'; signal?: AbortSignal } = {},
): Caller {
  const caller: Caller = { turn: null };
  void (async () => {
    caller.turn = await from.turn({ host, ip, look: given.look ?? 'first' }, given.signal ?? never);
  })();
  return caller;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const granted = ({ turn }: Caller): boolean => turn?.granted === true;
function done({ turn }: Caller): void {
  if (turn?.granted) turn.done();
}

const ended = (end: ConnectionEvidence['end'], code = 220): ConnectionEvidence => ({
  hello: 'modern',
  observedAt: '2026-11-22T01:02:03.456Z',
  tookMs: 1,
  localAddress: null,
  greeting: { code, lines: [''] },
  ehlo: null,
  starttls: null,
  clearBytesAfterStartTls: 0,
  tls: null,
  ehloAfterTls: null,
  end,
  transcript: [],
});

describe('connections to one operator', () => {
  it('begin a second apart', async () => {
    const line = manners({ connectionsPerOperator: 9 });
    const callers = [1, 2, 3].map((number) => ask(line, `mx${number}.vendor.example`, `192.0.2.${number}`));
    await pass(0);
    expect(callers.map(granted)).toStrictEqual([true, false, false]);
    await pass(999);
    expect(callers.map(granted)).toStrictEqual([true, false, false]);
    await pass(1);
    expect(callers.map(granted)).toStrictEqual([true, true, false]);
    await pass(1000);
    expect(callers.map(granted)).toStrictEqual([true, true, true]);
  });

  it('are two at a time, however long they take', async () => {
    const line = manners();
    const callers = [1, 2, 3].map((number) => ask(line, 'mx.vendor.example', `192.0.2.${number}`));
    await pass(10_000);
    expect(callers.map(granted)).toStrictEqual([true, true, false]);
    done(callers[1] ?? { turn: null });
    await pass(0);
    expect(callers.map(granted)).toStrictEqual([true, true, true]);
  });

  it('wait a second once more when the clock is set back, and no hour', async () => {
    let setBackMs = 0;
    const line = manners({ clock: () => Date.now() - setBackMs });
    const [first, second] = [1, 2].map((number) => ask(line, 'mx.vendor.example', `192.0.2.${number}`));
    setBackMs = 3_600_000;
    await pass(2000);
    expect([first, second].map((caller) => caller?.turn?.granted)).toStrictEqual([true, true]);
  });

  it('are counted by registrable domain, under a public suffix of two labels too', async () => {
    const line = manners();
    const callers = [
      ask(line, 'mx.a.co.uk', '192.0.2.1'),
      ask(line, 'in.mail.a.co.uk', '192.0.2.2'),
      ask(line, 'mx.b.co.uk', '192.0.2.3'),
    ];
    await pass(0);
    expect(callers.map(granted)).toStrictEqual([true, false, true]);
  });

  it('do not wait for those to another operator', async () => {
    const line = manners();
    const callers = Array.from({ length: 50 }, (_, index) =>
      ask(line, `mx.operator${index}.example`, `192.0.2.${index}`),
    );
    await pass(0);
    expect(callers.every(granted)).toBe(true);
  });

  it('come in the order they were asked for', async () => {
    const line = manners();
    const order: number[] = [];
    const call = async (number: number): Promise<void> => {
      const request = { host: 'mx.vendor.example', ip: `192.0.2.${number}`, look: 'first' as const };
      const turn = await line.turn(request, never);
      order.push(number);
      if (turn.granted) turn.done();
    };
    const calls = [1, 2, 3, 4].map(call);
    await pass(5000);
    await Promise.all(calls);
    expect(order).toStrictEqual([1, 2, 3, 4]);
  });
});

describe('connections to one address', () => {
  it('are one at a time, under whatever names', async () => {
    const line = manners({ operatorIntervalMs: 0 });
    const one = ask(line, 'mx.a.example', '192.0.2.1');
    const other = ask(line, 'mx.b.example', '192.0.2.1');
    await pass(60_000);
    expect([one, other].map(granted)).toStrictEqual([true, false]);
    done(one);
    await pass(0);
    expect(granted(other)).toBe(true);
  });

  it('do not hold up those to its neighbours', async () => {
    const line = manners({ operatorIntervalMs: 0 });
    const callers = ['192.0.2.1', '192.0.2.1', '192.0.2.2'].map((ip) => ask(line, 'mx.a.example', ip));
    await pass(0);
    expect(callers.map(granted)).toStrictEqual([true, false, true]);
  });
});

describe('an operator that turned us away', () => {
  it('is left alone for a quarter of an hour, those in line included', async () => {
    const line = manners();
    const inside = ask(line, 'mx1.vendor.example', '192.0.2.1');
    const inLine = ask(line, 'mx2.vendor.example', '192.0.2.2');
    await pass(0);
    line.leaveAlone('mx1.vendor.example', '192.0.2.1');
    done(inside);
    await pass(0);
    expect(inLine.turn).toStrictEqual({ granted: false, because: 'backing-off' });
    await pass(899_999);
    const early = ask(line, 'mx3.vendor.example', '192.0.2.3');
    await pass(0);
    expect(early.turn).toStrictEqual({ granted: false, because: 'backing-off' });
    await pass(1);
    const later = ask(line, 'mx3.vendor.example', '192.0.2.3');
    await pass(0);
    expect(granted(later)).toBe(true);
  });

  it('may be asked the one time that settles a provisional answer', async () => {
    const line = manners();
    line.leaveAlone('mx.vendor.example', '192.0.2.1');
    const again = ask(line, 'mx.vendor.example', '192.0.2.1', { look: 'second' });
    await pass(0);
    expect(granted(again)).toBe(true);
  });

  it('is no other operator', async () => {
    const line = manners();
    line.leaveAlone('mx.vendor.example', '192.0.2.1');
    const other = ask(line, 'mx.other.example', '192.0.2.9');
    await pass(0);
    expect(granted(other)).toBe(true);
  });
});

describe('waiting in line', () => {
  it('ends with the check’s time, and gives the place to the next', async () => {
    const line = manners();
    const deadline = new AbortController();
    ask(line, 'mx.vendor.example', '192.0.2.1');
    const second = ask(line, 'mx.vendor.example', '192.0.2.2', { signal: deadline.signal });
    const third = ask(line, 'mx.vendor.example', '192.0.2.3');
    await pass(500);
    deadline.abort();
    await pass(0);
    expect(second.turn).toStrictEqual({ granted: false, because: 'out-of-time' });
    await pass(500);
    expect(granted(third)).toBe(true);
  });

  it('leaves no timer when nobody waits any more', async () => {
    const line = manners();
    const deadline = new AbortController();
    ask(line, 'mx.vendor.example', '192.0.2.1');
    ask(line, 'mx.vendor.example', '192.0.2.2', { signal: deadline.signal });
    await pass(0);
    expect(vi.getTimerCount()).toBe(1);
    deadline.abort();
    await pass(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin when the time is over already', async () => {
    const late = ask(manners(), 'mx.vendor.example', '192.0.2.1', { signal: AbortSignal.abort() });
    await pass(0);
    expect(late.turn).toStrictEqual({ granted: false, because: 'out-of-time' });
  });
});

describe('hosts never to probe', () => {
  const line = manners({ neverProbe: ['vendor.example'] });

  it('are those listed and all below them', () => {
    expect(line.forbids('vendor.example')).toBe(true);
    expect(line.forbids('mx.vendor.example')).toBe(true);
    expect(line.forbids('notvendor.example')).toBe(false);
    expect(line.forbids('vendor.example.net')).toBe(false);
  });
});

describe('loopback', () => {
  it('knows no limits', async () => {
    const line = manners();
    line.leaveAlone('mx.vendor.example', '127.0.0.1');
    const callers = ['127.0.0.1', '127.0.0.1', '127.8.9.1', '::1'].map((ip) =>
      ask(line, 'mx.vendor.example', ip),
    );
    await pass(0);
    expect(callers.every(granted)).toBe(true);
  });
});

describe('being turned away', () => {
  it('is a refusal before STARTTLS, or 421 whenever it comes', () => {
    expect(turnedAway(ended({ stage: 'greeting', cause: 'reply', detail: '' }, 554))).toBe(true);
    expect(turnedAway(ended({ stage: 'ehlo', cause: 'reply', detail: '' }))).toBe(true);
    expect(turnedAway(ended({ stage: 'helo', cause: 'reply', detail: '' }))).toBe(true);
    const at421 = {
      ...ended({ stage: 'starttls', cause: 'reply', detail: '' }),
      starttls: { code: 421, lines: [''] },
    };
    expect(turnedAway(at421)).toBe(true);
  });

  it('is not a failure of TLS or of the connection', () => {
    expect(turnedAway(ended({ stage: 'starttls', cause: 'reply', detail: '' }))).toBe(false);
    expect(turnedAway(ended({ stage: 'connect', cause: 'connection-refused', detail: '' }))).toBe(false);
    expect(turnedAway(ended({ stage: 'greeting', cause: 'timeout', detail: '' }))).toBe(false);
    expect(turnedAway(ended({ stage: 'quit', cause: 'completed', detail: '' }))).toBe(false);
  });
});
