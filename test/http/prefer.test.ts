import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readPatience } from '../../functions/http/prefer.ts';

test.each([
  [undefined, 20_000, null],
  ['wait=5', 5_000, 'wait=5'],
  ['WAIT=5', 5_000, 'wait=5'],
  ['wait="5"', 5_000, 'wait=5'],
  ['wait = 5', 5_000, 'wait=5'],
  ['wait=0', 0, 'wait=0'],
  ['wait=100000', 90_000, 'wait=90'],
  ['respond-async', 0, 'respond-async'],
  ['respond-async, wait=10', 10_000, 'wait=10'],
  ['return=minimal; foo="some parameter", wait=7', 7_000, 'wait=7'],
  ['wait=3, wait=9', 3_000, 'wait=3'],
  ['wait=-1', 20_000, null],
  ['wait=1.5', 20_000, null],
  ['wait', 20_000, null],
  ['handling=lenient', 20_000, null],
])('Prefer: %s waits %d ms', (field, waitMs, applied) => {
  expect(readPatience(field)).toEqual({ waitMs, applied });
});

test('whatever stands in the field, the wait is between nothing and a minute and a half', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 2000 }), (field) => {
      const { waitMs } = readPatience(field);
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(90_000);
    }),
  );
});
