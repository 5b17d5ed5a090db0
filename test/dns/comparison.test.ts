import { describe, expect, test } from 'vitest';
import type { Answer, RecordType, SecurityStatus } from '../../functions/dns/answer.ts';
import { compared, settle } from '../../functions/dns/comparison.ts';
import { failure } from '../../functions/dns/interpretation.ts';
import type { LookUp } from '../../functions/dns/single-resolver.ts';

const provenance = (resolver: string) => ({ resolver, extendedErrors: [], disagreement: null, cname: [] });

type Told = `${'records' | 'other records' | 'no-data' | 'name-error'} ${SecurityStatus}`;
type Failed = 'servfail' | 'bogus' | 'timeout' | 'refused' | 'malformed';
const isFailed = (story: Told | Failed): story is Failed => !story.includes(' ');

/** An answer to an MX question, in two words. */
function told(story: Told | Failed, resolver: string): Answer<'MX'> {
  if (isFailed(story)) return failure(story, resolver, '');
  const securityStatus = (['secure', 'insecure', 'bogus', 'indeterminate'] as const).find((status) =>
    story.endsWith(` ${status}`),
  );
  if (securityStatus === undefined) throw new Error(story);
  const common = { ...provenance(resolver), securityStatus, ttlSeconds: 60 };
  if (story.startsWith('no-data')) return { ...common, outcome: 'no-data' };
  if (story.startsWith('name-error')) return { ...common, outcome: 'name-error' };
  const exchange = story.startsWith('other') ? 'mx.evil.example' : 'mx.vendor.example';
  return { ...common, outcome: 'records', records: [{ preference: 10, exchange }] };
}

const insecureRecords = <T extends RecordType>(
  records: Extract<Answer<T>, { outcome: 'records' }>['records'],
): Answer<T> => ({
  ...provenance('x'),
  outcome: 'records',
  records,
  securityStatus: 'insecure',
  ttlSeconds: 60,
});

describe('two answers come to one', () => {
  const same = null;
  const rows: readonly [Told | Failed, Told | Failed, string, string, string | null][] = [
    // the first, the second, whose answer counts, its security, what is said of the other
    ['records secure', 'records secure', 'first', 'secure', same],
    ['records insecure', 'records insecure', 'first', 'insecure', same],
    ['no-data insecure', 'no-data insecure', 'first', 'insecure', same],
    ['records secure', 'records insecure', 'first', 'insecure', 'records, insecure'],
    ['records insecure', 'records secure', 'first', 'insecure', 'records, secure'],
    ['records secure', 'other records secure', 'first', 'secure', 'other records'],
    ['records insecure', 'no-data insecure', 'first', 'insecure', 'no-data'],
    ['no-data insecure', 'records insecure', 'second', 'insecure', 'no-data'],
    ['no-data secure', 'records insecure', 'second', 'insecure', 'no-data'],
    ['name-error insecure', 'no-data insecure', 'second', 'insecure', 'name-error'],
    ['bogus', 'records insecure', 'first', 'bogus', 'records'],
    ['records insecure', 'bogus', 'second', 'bogus', 'records'],
    ['records secure', 'bogus', 'second', 'bogus', 'records'],
    ['no-data insecure', 'bogus', 'second', 'bogus', 'no-data'],
    ['servfail', 'bogus', 'second', 'bogus', 'servfail'],
    ['bogus', 'bogus', 'first', 'bogus', same],
    ['servfail', 'records insecure', 'first', 'indeterminate', 'records'],
    ['records insecure', 'servfail', 'second', 'indeterminate', 'records'],
    ['no-data insecure', 'servfail', 'second', 'indeterminate', 'no-data'],
    ['name-error insecure', 'servfail', 'second', 'indeterminate', 'name-error'],
    ['servfail', 'records secure', 'second', 'secure', 'servfail'],
    ['no-data secure', 'servfail', 'first', 'secure', 'servfail'],
    ['servfail', 'servfail', 'first', 'indeterminate', same],
    ['records insecure', 'timeout', 'first', 'insecure', same],
    ['timeout', 'records insecure', 'second', 'insecure', same],
    ['refused', 'no-data secure', 'second', 'secure', same],
    ['malformed', 'servfail', 'second', 'indeterminate', same],
    ['bogus', 'timeout', 'first', 'bogus', same],
    ['timeout', 'refused', 'first', 'indeterminate', same],
    ['records secure', 'records indeterminate', 'first', 'secure', same],
    ['records indeterminate', 'records secure', 'first', 'secure', same],
    ['records indeterminate', 'records indeterminate', 'first', 'indeterminate', same],
  ];
  test.each(rows)('%s, %s: the %s, %s (other: %s)', (one, other, resolver, securityStatus, difference) => {
    expect(settle(told(one, 'first'), told(other, 'second'), 'MX')).toMatchObject({
      resolver,
      securityStatus,
      disagreement:
        difference === null
          ? null
          : { resolver: resolver === 'first' ? 'second' : 'first', outcome: difference },
    });
  });

  test('a site that gives each resolver other addresses is no disagreement, nor is another order of exchanges', () => {
    expect(
      settle(insecureRecords<'A'>(['192.0.2.1']), insecureRecords<'A'>(['192.0.2.2']), 'A').disagreement,
    ).toBeNull();
    const [one, two] = [
      { preference: 10, exchange: 'a.example' },
      { preference: 20, exchange: 'b.example' },
    ];
    expect(
      settle(insecureRecords<'MX'>([one, two]), insecureRecords<'MX'>([two, one]), 'MX').disagreement,
    ).toBeNull();
  });
});

/** A resolver that tells these stories, one a query, the last one for ever; `null` never answers. */
function member(name: string, seen: string[], ...stories: readonly (Told | Failed | null)[]): LookUp {
  let asked = 0;
  return async <T extends RecordType>(_: string, type: T) => {
    seen.push(name);
    const story = stories[Math.min(asked, stories.length - 1)];
    asked += 1;
    if (story === undefined || story === null) return new Promise<Answer<T>>(() => {});
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stories are of MX; nothing here looks inside
    return { ...told(story, name), type } as unknown as Answer<T>;
  };
}
const bounds = { patienceMs: 20, clock: () => 0 };

describe('who is asked', () => {
  test.each(['MX', 'A', 'AAAA', 'CNAME', 'TLSA'] as const)(
    'both about %s, before either has answered',
    async (type) => {
      const seen: string[] = [];
      const hold = Promise.withResolvers<void>();
      const held: LookUp = async (name, of) => {
        await hold.promise;
        return member('first', seen, 'records secure')(name, of);
      };
      const second: LookUp = (name, of) => {
        hold.resolve();
        return member('second', seen, 'records insecure')(name, of);
      };
      const answer = await compared([held, second], bounds)('vendor.example', type);
      expect(answer).toMatchObject({ securityStatus: 'insecure', disagreement: { resolver: 'second' } });
      expect(seen.toSorted()).toEqual(['first', 'second']);
    },
  );

  test('about a TXT record the second only when the first fails', async () => {
    const seen: string[] = [];
    const lookUp = compared(
      [member('first', seen, 'records insecure', 'timeout'), member('second', seen, 'no-data insecure')],
      bounds,
    );
    expect(await lookUp('vendor.example', 'TXT')).toMatchObject({ outcome: 'records' });
    expect(seen).toEqual(['first']);
    expect(await lookUp('vendor.example', 'TXT')).toMatchObject({ outcome: 'no-data', resolver: 'second' });
    expect(seen).toEqual(['first', 'first', 'second']);
  });

  test('bogus at the first is not asked away at the second', async () => {
    const seen: string[] = [];
    const lookUp = compared(
      [member('first', seen, 'bogus'), member('second', seen, 'no-data insecure')],
      bounds,
    );
    expect(await lookUp('vendor.example', 'TXT')).toMatchObject({ outcome: 'bogus' });
    expect(seen).toEqual(['first']);
  });

  test('a servfail at the first is not read as an absence because the second finds nothing', async () => {
    const lookUp = compared(
      [member('first', [], 'servfail'), member('second', [], 'no-data insecure')],
      bounds,
    );
    expect(await lookUp('vendor.example', 'TXT')).toMatchObject({
      outcome: 'servfail',
      disagreement: { resolver: 'second', outcome: 'no-data' },
    });
  });

  test('a third when two are silent', async () => {
    const seen: string[] = [];
    const silent = ['first', 'second'].map((name) => member(name, seen, 'timeout'));
    const lookUp = compared([...silent, member('third', seen, 'records insecure')], bounds);
    expect(await lookUp('vendor.example', 'MX')).toMatchObject({ outcome: 'records', resolver: 'third' });
    expect(seen).toEqual(['first', 'second', 'third']);
  });

  test('one alone, when there is one', async () => {
    const lookUp = compared([member('only', [], 'records secure')], bounds);
    expect(await lookUp('vendor.example', 'MX')).toMatchObject({
      securityStatus: 'secure',
      disagreement: null,
    });
  });
});

test('an answer does not wait for ever for the other resolver', async () => {
  const lookUp = compared([member('first', [], null), member('second', [], 'records secure')], bounds);
  expect(await lookUp('vendor.example', 'MX')).toMatchObject({ outcome: 'records', resolver: 'second' });
});

test('a failure does: the other resolver may know', async () => {
  const slow: LookUp = async (name, type) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return member('slow', [], 'records insecure')(name, type);
  };
  const lookUp = compared([slow, member('second', [], 'timeout')], bounds);
  expect(await lookUp('vendor.example', 'MX')).toMatchObject({ outcome: 'records', resolver: 'slow' });
});

test('a resolver that is silent three times running is left alone for thirty seconds', async () => {
  const seen: string[] = [];
  let nowMs = 1000;
  const lookUp = compared(
    [
      member('dead', seen, 'timeout', 'timeout', 'timeout', 'records secure'),
      member('alive', seen, 'records secure'),
    ],
    { patienceMs: 20, clock: () => nowMs },
  );
  const asked = async (): Promise<string> => {
    seen.length = 0;
    await lookUp('vendor.example', 'MX');
    return seen.join(' ');
  };
  expect([await asked(), await asked(), await asked()]).toEqual(Array(3).fill('dead alive'));
  expect(await asked()).toBe('alive');
  nowMs += 29_999;
  expect(await asked()).toBe('alive');
  nowMs += 1;
  expect(await asked()).toBe('dead alive');
});

test('an answer in between makes the count of silences begin anew', async () => {
  const seen: string[] = [];
  const stories = ['timeout', 'timeout', 'records secure', 'timeout', 'timeout', 'records secure'] as const;
  const lookUp = compared(
    [member('flaky', seen, ...stories), member('other', seen, 'records secure')],
    bounds,
  );
  for (let round = 0; round < 6; round += 1) await lookUp('vendor.example', 'MX');
  expect(seen.filter((name) => name === 'flaky').length).toBe(6);
});

test('one that rests is asked all the same when the other has no answer', async () => {
  const seen: string[] = [];
  const lookUp = compared(
    [
      member('resting', seen, 'timeout', 'timeout', 'timeout', 'records insecure'),
      member('other', seen, 'records secure', 'records secure', 'records secure', 'refused'),
    ],
    bounds,
  );
  for (let round = 0; round < 3; round += 1) await lookUp('vendor.example', 'MX');
  seen.length = 0;
  expect(await lookUp('vendor.example', 'MX')).toMatchObject({ outcome: 'records', resolver: 'resting' });
  expect(seen).toEqual(['other', 'resting']);
});

test('when all are resting all are asked', async () => {
  const seen: string[] = [];
  const lookUp = compared([member('one', seen, 'timeout'), member('two', seen, 'timeout')], bounds);
  for (let round = 0; round < 4; round += 1) await lookUp('vendor.example', 'MX');
  expect(seen.length).toBe(8);
});
