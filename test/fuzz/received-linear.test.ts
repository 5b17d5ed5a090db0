/**
 * Reading a header takes work in proportion to its size, whatever is in it. The work is counted and not timed:
 * V8 says how often each block of our code ran, as long as it optimises nothing. Native searches are not
 * counted; each is over one field at most a fixed number of times, by construction.
 */
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { HOSTILE_SHAPES } from './received-shapes.ts';

const KIB = 1024;
const OURS = /\/functions\/(?:received|assessment|check-headers)/;

const session = new Session();
beforeAll(async () => {
  setFlagsFromString('--no-opt');
  setFlagsFromString('--no-maglev');
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
});
afterAll(() => {
  session.disconnect();
  setFlagsFromString('--opt');
  setFlagsFromString('--maglev');
});

/** How often the blocks of our code ran while this input was read. */
async function blocksRun(input: Buffer): Promise<number> {
  await session.post('Profiler.takePreciseCoverage');
  checkHeaders(input, { ownServers: [], nowMs: 0, gradeTls });
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter((script) => OURS.test(script.url))
    .flatMap((script) => script.functions.flatMap(({ ranges }) => ranges.map((range) => range.count)))
    .reduce((sum, count) => sum + count, 0);
}

test.each(Object.entries(HOSTILE_SHAPES))(
  '%s: eight times the bytes, eight times the work',
  async (_, shape) => {
    const small = await blocksRun(Buffer.from(shape(16 * KIB)));
    const large = await blocksRun(Buffer.from(shape(128 * KIB)));
    expect(small).toBeGreaterThan(0);
    expect(large / small).toBeLessThan(8.2);
  },
);
