/** A rate of so many a minute, by a wall clock that may be set. */
import { expect, test } from 'vitest';
import { createTokenBucket } from '../../functions/http/token-bucket.ts';

let nowMs = 0;
const takenAtOnce = (bucket: ReturnType<typeof createTokenBucket>): number => {
  let taken = 0;
  while (bucket.take()) taken += 1;
  return taken;
};

test('a minute’s worth may be taken at once, and comes back evenly', () => {
  nowMs = 3_600_000;
  const bucket = createTokenBucket(6, () => nowMs);
  expect(takenAtOnce(bucket)).toBe(6);
  expect([bucket.left(), bucket.waitSeconds(), bucket.fullInSeconds()]).toEqual([0, 10, 60]);
  nowMs += 20_000;
  expect(takenAtOnce(bucket)).toBe(2);
  nowMs += 3_600_000;
  expect(takenAtOnce(bucket)).toBe(6);
});

test('a clock that is set back locks nobody out', () => {
  nowMs = 3_600_000;
  const bucket = createTokenBucket(6, () => nowMs);
  expect(bucket.take()).toBe(true);
  nowMs = 0;
  expect([bucket.left(), bucket.take()]).toEqual([5, true]);
  nowMs += 60_000;
  expect(takenAtOnce(bucket)).toBe(6);
});
