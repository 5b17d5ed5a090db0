/**
 * A header of twelve real hops: read and judged whole by us, beside mailauth's Received parser, which gets the
 * fields already split, and mailparser, which splits and decodes a header and reads no Received field. Then
 * 256 KiB made to be slow to read.
 */
import { createRequire } from 'node:module';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { HOSTILE_SHAPES } from '../fuzz/received-shapes.ts';
import { RECEIVED_VECTORS } from '../received/received-vectors.ts';
import type { Bench } from './figure.ts';

interface Untyped {
  (path: 'mailauth/lib/parse-received'): { parseReceived: (field: Buffer) => unknown };
  (path: 'mailparser'): { simpleParser: (message: Buffer) => Promise<unknown> };
}
const load: Untyped = createRequire(import.meta.url);

const RUNS = 300;
const WARM_UP = 100;
const OPTIONS = { ownServers: [], nowMs: Date.UTC(2026, 0, 1), gradeTls };
const KIB = 1024;

/** Microseconds of each of the runs that are counted. */
async function time(run: () => unknown, runs = RUNS): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let at = -Math.min(WARM_UP, runs); at < runs; at += 1) {
    const start = performance.now();
    await run();
    if (at >= 0) samples.push((performance.now() - start) * 1000);
  }
  return samples;
}

export const received: Bench = {
  title: 'Received fields',
  run: async (tell) => {
    const { parseReceived } = load('mailauth/lib/parse-received');
    const { simpleParser } = load('mailparser');
    const fields = RECEIVED_VECTORS.slice(20, 32).map((vector) => vector.raw);
    const message = Buffer.from(`${fields.join('\n')}\nFrom: a@example.org\n\n`);
    const split = fields.map((field) => Buffer.from(field));
    tell({
      title: 'a header of 12 hops',
      ours: {
        name: 'read, judged, checked for order and trust',
        samples: await time(() => checkHeaders(message, OPTIONS)),
        unit: 'us',
      },
      beside: [
        {
          name: 'mailauth 7.1.0 parseReceived',
          note: 'fields given apart',
          samples: await time(() => split.map(parseReceived)),
          unit: 'us',
          aim: { ratio: 1, is: 'at-most' },
        },
        {
          name: 'mailparser 3.9.8 simpleParser',
          note: 'no hop is read',
          samples: await time(() => simpleParser(message)),
          unit: 'us',
          aim: { ratio: 1, is: 'at-most' },
        },
      ],
    });
    for (const [name, shape] of Object.entries(HOSTILE_SHAPES)) {
      const sized = async (kib: number): Promise<readonly number[]> => {
        const input = Buffer.from(shape(kib * KIB));
        const samples = await time(() => checkHeaders(input, OPTIONS), 9);
        return samples.map((sample) => sample / 1000);
      };
      tell({
        title: `hostile: ${name}`,
        ours: { name: '256 KiB', samples: await sized(256), unit: 'ms', below: 50 },
        beside: [{ name: '8 KiB, a 32nd of it', samples: await sized(8), unit: 'ms' }],
      });
    }
  },
};
