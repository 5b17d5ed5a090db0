/** The store's failures in the log: the first at once, the others once a minute, by a wall clock that may be set. */
import { expect, test } from 'vitest';
import { createFailureLog } from '../../functions/store/failure-log.ts';
import type { StoreFailed } from '../../functions/store/failure-log.ts';
import { failure } from '../../functions/store/stored.ts';

test('a store that is down is told of once a minute, with how often it was left untold', () => {
  let nowMs = 3_600_000;
  const log: StoreFailed[] = [];
  const failed = createFailureLog(
    (entry) => log.push(entry),
    () => nowMs,
  );
  const down = failure('unreachable', 'nobody listens');
  for (let at = 0; at < 3; at += 1) failed('read', down);
  nowMs += 60_000;
  failed('keep', down);
  expect(log).toMatchObject([
    { operation: 'read', because: 'unreachable', untold: 0 },
    { operation: 'keep', untold: 2 },
  ]);
});

test('a clock that is set back silences nothing', () => {
  let nowMs = 3_600_000;
  const log: StoreFailed[] = [];
  const failed = createFailureLog(
    (entry) => log.push(entry),
    () => nowMs,
  );
  failed('read', failure('throttled', ''));
  nowMs = 0;
  failed('read', failure('throttled', ''));
  expect(log).toHaveLength(2);
});
