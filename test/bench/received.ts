/**
 * Headers of twelve real hops, 150 different ones so that nothing is answered from a memory: read by us, and read and
 * judged, beside mailauth, which splits a header and reads its Received fields, and mailparser, which splits and
 * decodes a header and reads no Received field. All take the same bytes, in turns, so that the machine's moods are
 * everybody's. Then the fields alone; then headers made to be slow to read, from 8 to 256 KiB.
 */
import { createRequire } from 'node:module';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { readHeaderSections } from '../../functions/received/header-section.ts';
import { decodeMessageText } from '../../functions/received/message-text.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';
import { HOSTILE_SHAPES } from '../fuzz/received-shapes.ts';
import { RECEIVED_VECTORS, valueOf } from '../received/received-vectors.ts';
import type { Bench, Figure } from './figure.ts';

interface Untyped {
  (path: 'mailauth/lib/parse-received'): { parseReceived: (field: Buffer) => unknown };
  (path: 'mailauth/lib/tools'): {
    parseHeaders: (header: Buffer) => { parsed: readonly { key: string; line: Buffer }[] };
  };
  (path: 'mailparser'): { simpleParser: (message: Buffer) => Promise<unknown> };
}
const load: Untyped = createRequire(import.meta.url);

const OPTIONS = { ownServers: [], nowMs: Date.UTC(2026, 0, 1), gradeTls };
const HEADERS = 150;
const HOPS = 12;
const WARM_UPS = 60;
const ROUNDS = 20;

/** Host names differ from header to header; domains do not, because software is known by some. */
const renamed = (field: string, header: number): string =>
  field.replaceAll(/(?<![\w.-])([a-z][a-z0-9-]*)(?=\.[a-z0-9-]+\.[a-z])/gi, `$1${header}`);

const FIELDS = Array.from({ length: HEADERS }, (_, header) =>
  Array.from({ length: HOPS }, (__, hop) =>
    renamed(RECEIVED_VECTORS[(header + hop * 13) % RECEIVED_VECTORS.length]?.raw ?? '', header),
  ),
);

const SIGNATURE = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC'.repeat(8).replaceAll(/.{60}/g, '$&\n\t');
/** What stands in a header beside its hops, in the lengths that it has today. */
const OTHER_FIELDS = [
  'Return-Path: <sender@mail.example>',
  'Delivered-To: reader@example.org',
  'Authentication-Results: mx.example.org; dkim=pass header.d=mail.example; spf=pass smtp.mailfrom=mail.example;\n\tdmarc=pass header.from=mail.example',
  `ARC-Seal: i=1; a=rsa-sha256; t=1700000000; cv=none; d=example.org; s=arc; b=${SIGNATURE}`,
  `ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=arc;\n\th=from:to:subject:date; b=${SIGNATURE}`,
  'ARC-Authentication-Results: i=1; mx.example.org; dkim=pass header.d=mail.example; spf=pass smtp.mailfrom=mail.example',
  `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=s1; h=from:to:subject:date;\n\tb=${SIGNATURE}`,
  'From: Sender <sender@mail.example>',
  'To: Reader <reader@example.org>',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= from here',
  'Date: Mon, 1 Jan 2024 00:00:00 +0000',
  'Message-ID: <4PD5LP6gL4z9vNYC@mail.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'List-Unsubscribe: <https://mail.example/unsubscribe>',
].join('\n');

/** Microseconds of each task on each input; in every round each task takes its turn with all of them. */
async function takeTurns<Input>(
  inputs: readonly Input[],
  tasks: readonly ((input: Input) => unknown)[],
): Promise<readonly (readonly number[])[]> {
  const samples = tasks.map((): number[] => []);
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    for (const [at, task] of tasks.entries()) {
      for (const input of inputs) {
        const start = performance.now();
        const pending = task(input);
        if (pending instanceof Promise) await pending;
        if (round >= 0) samples[at]?.push((performance.now() - start) * 1000);
      }
    }
  }
  return samples;
}

const KIB = 1024;
const SIZES = [8, 32, 64, 128] as const;
const HOSTILE_RUNS = 9;

/** Milliseconds of reading this many bytes of a shape. */
function timeShape(shape: (bytes: number) => string, sizeBytes: number): readonly number[] {
  const input = Buffer.from(shape(sizeBytes));
  const samples: number[] = [];
  for (let run = -HOSTILE_RUNS; run < HOSTILE_RUNS; run += 1) {
    const start = performance.now();
    checkHeaders(input, OPTIONS);
    if (run >= 0) samples.push(performance.now() - start);
  }
  return samples;
}

/** What the others do as well: from the bytes of a message to its Received fields, read. */
const readHops = (message: Buffer): unknown =>
  readHeaderSections(decodeMessageText(message).text).map((section) =>
    section.map(({ name, value }) => (name === 'received' ? parseReceivedField(value) : null)),
  );

export const received: Bench = {
  title: 'Received fields',
  run: async (tell) => {
    const { parseReceived } = load('mailauth/lib/parse-received');
    const { parseHeaders } = load('mailauth/lib/tools');
    const { simpleParser } = load('mailparser');
    const bare = FIELDS.map((fields) => Buffer.from(`${fields.join('\n')}\nFrom: a@example.org\n\n`));
    const whole = FIELDS.map((fields) => Buffer.from(`${fields.join('\n')}\n${OTHER_FIELDS}\n\n`));
    for (const [beside, messages] of [
      ['and nothing else', bare],
      ['among the other fields of a header', whole],
    ] as const) {
      const [read = [], ours = [], mailauth = [], mailparser = []] = await takeTurns(messages, [
        readHops,
        (message) => checkHeaders(message, OPTIONS),
        (message) =>
          parseHeaders(message).parsed.map(({ key, line }) =>
            key === 'received' ? parseReceived(line) : null,
          ),
        (message) => simpleParser(message),
      ]);
      const peers: Figure['beside'] = [
        {
          name: 'mailauth 7.1.0 parseHeaders, parseReceived',
          note: 'read',
          samples: mailauth,
          unit: 'us',
          aim: { ratio: 1, is: 'at-most' },
        },
        {
          name: 'mailparser 3.9.8 simpleParser',
          note: 'no hop is read',
          samples: mailparser,
          unit: 'us',
          aim: { ratio: 1, is: 'at-most' },
        },
      ];
      const title = `a header of ${HOPS} hops ${beside}, ${HEADERS} different ones`;
      tell({
        title: `${title}: the hops`,
        ours: { name: 'read: clauses, address, TLS, dialect, date', samples: read, unit: 'us' },
        beside: peers,
      });
      tell({
        title: `${title}: the answer`,
        ours: { name: 'read, judged, checked for order and trust', samples: ours, unit: 'us' },
        beside: peers,
      });
    }

    const split = FIELDS.map((fields) =>
      fields.map((raw) => ({ value: valueOf(raw), line: Buffer.from(raw) })),
    );
    const [alone = [], theirs = []] = await takeTurns(split, [
      (fields) => fields.map(({ value }) => parseReceivedField(value)),
      (fields) => fields.map(({ line }) => parseReceived(line)),
    ]);
    tell({
      title: `the same ${HOPS} fields, given apart`,
      ours: { name: 'read: clauses, address, TLS, dialect, date', samples: alone, unit: 'us' },
      beside: [
        {
          name: 'mailauth 7.1.0 parseReceived',
          samples: theirs,
          unit: 'us',
          aim: { ratio: 1, is: 'at-most' },
        },
      ],
    });

    for (const [name, shape] of Object.entries(HOSTILE_SHAPES)) {
      tell({
        title: `hostile: ${name}`,
        ours: { name: '256 KiB', samples: timeShape(shape, 256 * KIB), unit: 'ms', below: 50 },
        beside: SIZES.map((kib) => ({
          name: `${kib} KiB, a ${256 / kib}th of it`,
          samples: timeShape(shape, kib * KIB),
          unit: 'ms',
        })),
      });
    }
  },
};
