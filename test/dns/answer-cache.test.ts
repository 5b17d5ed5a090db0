import { expect, test } from 'vitest';
import { cached } from '../../functions/dns/answer-cache.ts';
import type { Answer, RecordType } from '../../functions/dns/answer.ts';
import { failure } from '../../functions/dns/interpretation.ts';
import type { LookUp } from '../../functions/dns/single-resolver.ts';

/** Counts lookups; each gives an absence that may be kept for `ttlSeconds`, or the failure given. */
function counting(ttlSeconds: number, outcome: 'no-data' | 'servfail' = 'no-data') {
  const asked: string[] = [];
  const lookUp: LookUp = async (name, type) => {
    asked.push(`${type} ${name}`);
    if (outcome === 'servfail') return failure('servfail', 'r', '');
    const common = { resolver: 'r', extendedErrors: [], disagreement: null, cname: [] };
    return { ...common, outcome, securityStatus: 'secure', ttlSeconds };
  };
  return { asked, lookUp };
}

function withClock(lookUp: LookUp) {
  const time = { nowMs: 5_000 };
  return { time, resolver: cached(lookUp, 'r1,r2', () => time.nowMs) };
}

test('an answer is kept for its TTL, counted down, and no longer', async () => {
  const { asked, lookUp } = counting(60);
  const { time, resolver } = withClock(lookUp);
  expect(await resolver.lookUp('vendor.example', 'MX')).toMatchObject({ ttlSeconds: 60 });
  time.nowMs += 20_500;
  expect(await resolver.lookUp('vendor.example', 'MX')).toMatchObject({
    ttlSeconds: 40,
    securityStatus: 'secure',
  });
  time.nowMs += 39_499;
  expect(await resolver.lookUp('vendor.example', 'MX')).toMatchObject({ ttlSeconds: 1 });
  expect(asked.length).toBe(1);
  time.nowMs += 1;
  await resolver.lookUp('vendor.example', 'MX');
  expect(asked.length).toBe(2);
});

test('a day is kept for five minutes', async () => {
  const { asked, lookUp } = counting(86_400);
  const { time, resolver } = withClock(lookUp);
  await resolver.lookUp('vendor.example', 'MX');
  time.nowMs += 299_999;
  expect(await resolver.lookUp('vendor.example', 'MX')).toMatchObject({ ttlSeconds: 86_101 });
  time.nowMs += 1;
  await resolver.lookUp('vendor.example', 'MX');
  expect(asked.length).toBe(2);
});

test('what may not be kept is asked for again, a failure after five seconds', async () => {
  const uncachable = counting(0);
  const { resolver } = withClock(uncachable.lookUp);
  await resolver.lookUp('vendor.example', 'MX');
  await resolver.lookUp('vendor.example', 'MX');
  expect(uncachable.asked.length).toBe(2);

  const failing = counting(0, 'servfail');
  const { time, resolver: other } = withClock(failing.lookUp);
  await other.lookUp('vendor.example', 'MX');
  time.nowMs += 4_999;
  expect(await other.lookUp('vendor.example', 'MX')).toMatchObject({ outcome: 'servfail', ttlSeconds: 0 });
  expect(failing.asked.length).toBe(1);
  time.nowMs += 1;
  await other.lookUp('vendor.example', 'MX');
  expect(failing.asked.length).toBe(2);
});

test('types and names are kept apart', async () => {
  const { asked, lookUp } = counting(60);
  const { resolver } = withClock(lookUp);
  await resolver.lookUp('vendor.example', 'A');
  await resolver.lookUp('vendor.example', 'AAAA');
  await resolver.lookUp('mx.vendor.example', 'A');
  expect(asked).toEqual(['A vendor.example', 'AAAA vendor.example', 'A mx.vendor.example']);
});

/** One lookup that ends when told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<Answer<RecordType>>();
  let asked = 0;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- failures only, which are of every type
  const lookUp = (() => {
    asked += 1;
    return promise;
  }) as unknown as LookUp;
  return { lookUp, asked: () => asked, end: () => resolve(failure('servfail', 'r', '')) };
}

test('a lookup under way is shared', async () => {
  const { lookUp, asked, end } = held();
  const { resolver } = withClock(lookUp);
  const both = [resolver.lookUp('vendor.example', 'MX'), resolver.lookUp('vendor.example', 'MX')];
  end();
  expect((await Promise.all(both)).map(({ outcome }) => outcome)).toEqual(['servfail', 'servfail']);
  expect(asked()).toBe(1);
});

test('who gives up gets a timeout, and the others their answer', async () => {
  const { lookUp, asked, end } = held();
  const { resolver } = withClock(lookUp);
  const giving = new AbortController();
  const given = resolver.lookUp('vendor.example', 'MX', giving.signal);
  const patient = resolver.lookUp('vendor.example', 'MX', new AbortController().signal);
  giving.abort();
  expect(await given).toMatchObject({
    outcome: 'timeout',
    resolver: 'r1,r2',
    securityStatus: 'indeterminate',
  });
  expect(await resolver.lookUp('vendor.example', 'MX', AbortSignal.abort())).toMatchObject({
    outcome: 'timeout',
  });
  end();
  expect(await patient).toMatchObject({ outcome: 'servfail' });
  expect(asked()).toBe(1);
});

test('memory is bounded: the answers longest unused go first', async () => {
  const asked: string[] = [];
  const large = 'x'.repeat(100 * 1024);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TXT alone is asked for here
  const lookUp = (async (name: string) => {
    asked.push(name);
    const common = { resolver: 'r', extendedErrors: [], disagreement: null, cname: [] };
    return {
      ...common,
      outcome: 'records',
      records: [large],
      securityStatus: 'insecure',
      ttlSeconds: 300,
    };
  }) as unknown as LookUp;
  const { resolver } = withClock(lookUp);
  for (let index = 0; index < 5; index += 1) await resolver.lookUp(`d${index}.example`, 'TXT');
  await resolver.lookUp('d0.example', 'TXT');
  await resolver.lookUp('d5.example', 'TXT');
  asked.length = 0;
  for (const kept of ['d5', 'd0', 'd2']) await resolver.lookUp(`${kept}.example`, 'TXT');
  expect(asked).toEqual([]);
  await resolver.lookUp('d1.example', 'TXT');
  expect(asked).toEqual(['d1.example']);
});
