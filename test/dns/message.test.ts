import { CHECKING_DISABLED, decode, encode } from 'dns-packet';
import type { Answer as PacketAnswer } from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordType } from '../../functions/dns/answer.ts';
import { encodeQuery, isQueryName, readReply } from '../../functions/dns/message.ts';
import type { Query } from '../../functions/dns/message.ts';
import { a, cname, mx, opt, reply, soa } from './scripted-server.ts';
import type { Said } from './scripted-server.ts';

const ask = <T extends RecordType>(type: T, name = 'vendor.example'): Query<T> => ({
  name,
  type,
  checkingDisabled: false,
});
const ID = 0xbeef;

/** What is read of a reply to a query for a type. */
function read<T extends RecordType>(type: T, said: Said, name?: string) {
  const query = ask(type, name);
  return readReply(reply({ id: ID, questions: [{ name: query.name, type }] }, said), query, ID);
}
function records<T extends RecordType>(type: T, ...answers: PacketAnswer[]) {
  const result = read(type, { answers });
  return result.status === 'reply' ? result.reply.records.map(({ data }) => data) : result.status;
}
/** A message of a header that says how many records there are, the question, and these bytes. */
function raw(
  type: number,
  answers: number,
  ...bytes: readonly (Buffer | readonly number[] | string)[]
): Buffer {
  const question = Buffer.concat([
    Buffer.from('\u0006vendor\u0007example\u0000', 'latin1'),
    Buffer.from([0, type, 0, 1]),
  ]);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(ID, 0);
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers, 6);
  const parts = bytes.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
  );
  return Buffer.concat([header, question, ...parts]);
}
const AT_QUESTION = [0xc0, 12];
const MX = 15;
const TLSA = 52;
/** Type, class, TTL and length of a record. */
const fields = (type: number, length: number) => [0, type, 0, 1, 0, 0, 0, 60, length >> 8, length & 0xff];

/** A record whose data is a chain of pointers, then records owned by the name at the end of the chain. */
function chained(pointers: number, owned: number): Buffer {
  const start = 43; // behind header, question, the root, and the fields of a record
  const chain = Buffer.alloc(pointers * 2);
  for (let index = 0; index < pointers; index += 1) {
    chain.writeUInt16BE(0xc000 | (index === 0 ? 12 : start + 2 * (index - 1)), 2 * index);
  }
  const last = start + 2 * (pointers - 1);
  const record = [0xc0 | (last >> 8), last & 0xff, 0, 99, 0, 1, 0, 0, 0, 0, 0, 0];
  const fields = [0, 0, 99, 0, 1, 0, 0, 0, 0, chain.length >> 8, chain.length & 0xff];
  return raw(MX, 1 + owned, fields, chain, ...Array.from({ length: owned }, () => record));
}

describe('a query', () => {
  test('asks for recursion and for the verdict of DNSSEC, and takes 1232 octets over UDP', () => {
    const query = decode(encodeQuery(ask('TLSA', '_25._tcp.mx.vendor.example'), 7));
    expect(query).toMatchObject({
      id: 7,
      type: 'query',
      flag_rd: true,
      flag_ad: true,
      flag_cd: false,
      flag_tc: false,
      questions: [{ name: '_25._tcp.mx.vendor.example', type: 'TLSA', class: 'IN' }],
      additionals: [
        { type: 'OPT', name: '.', udpPayloadSize: 1232, ednsVersion: 0, flag_do: true, options: [] },
      ],
    });
  });

  test('with checking disabled has CD set', () => {
    const query = decode(encodeQuery({ ...ask('MX'), checkingDisabled: true }, 7));
    expect((query.flags ?? 0) & CHECKING_DISABLED).toBe(CHECKING_DISABLED);
  });

  test.each([
    ['vendor.example', true],
    ['_25._tcp.mx-1.vendor.example', true],
    [`${'a'.repeat(63)}.example`, true],
    [`${'a'.repeat(64)}.example`, false],
    [`${'a.'.repeat(126)}a`, true],
    [`${'a.'.repeat(127)}a`, false],
    ['', false],
    ['vendor..example', false],
    ['vendor.example.', false],
    ['a\\.b.example', false],
    ['bücher.example', false],
    ['ven dor.example', false],
  ])('for %j can be written: %s', (name, expected) => {
    expect(isQueryName(name)).toBe(expected);
  });
});

describe('a reply is ours only with our id and our question', () => {
  const question = { name: 'vendor.example', type: 'MX' } as const;
  test.each([
    ['another id', reply({ id: ID + 1, questions: [question] })],
    ['another name', reply({ id: ID, questions: [{ ...question, name: 'vendor2.example' }] })],
    ['another type', reply({ id: ID, questions: [{ ...question, type: 'A' }] })],
    ['another class', reply({ id: ID, questions: [{ ...question, class: 'CH' }] })],
    ['two questions', reply({ id: ID, questions: [question, question] })],
    ['no question and no error', reply({ id: ID, questions: [] })],
    ['a query, not a reply', encode({ type: 'query', id: ID, questions: [question] })],
    ['eleven octets', reply({ id: ID, questions: [question] }).subarray(0, 11)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is not', (_, message) => {
    expect(readReply(message, ask('MX'), ID)).toEqual({ status: 'not-ours' });
  });

  test('whatever case the name comes back in', () => {
    const message = reply(
      { id: ID, questions: [{ ...question, name: 'VENDOR.Example' }] },
      { answers: [mx('VeNdOr.eXaMpLe', 10, 'MX.Vendor.EXAMPLE')] },
    );
    expect(readReply(message, ask('MX'), ID)).toMatchObject({
      reply: {
        records: [{ owner: 'vendor.example', data: { preference: 10, exchange: 'mx.vendor.example' } }],
      },
    });
  });

  test('a format error may come without the question it could not read', () => {
    const result = readReply(reply({ id: ID, questions: [] }, { rcode: 1 }), ask('MX'), ID);
    expect(result).toMatchObject({ status: 'reply', reply: { rcode: 1 } });
  });

  test('a truncated one is known as such, however it ends', () => {
    const whole = reply(
      { id: ID, questions: [question] },
      { truncated: true, answers: [mx('vendor.example', 1, 'mx')] },
    );
    expect(readReply(whole.subarray(0, -3), ask('MX'), ID)).toEqual({ status: 'truncated' });
  });
});

describe('record data', () => {
  const certificate = Buffer.from('00ff10', 'hex');
  test('of each type', () => {
    const name = 'vendor.example';
    expect(records('A', a(name, '192.0.2.1'))).toEqual(['192.0.2.1']);
    expect(records('AAAA', { name, type: 'AAAA', data: '2001:db8:0:0:1:0:0:1' })).toEqual([
      '2001:db8::1:0:0:1',
    ]);
    expect(records('PTR', { name, type: 'PTR', data: 'MX.vendor.example' })).toEqual(['mx.vendor.example']);
    expect(records('CNAME', cname(name, 'other.example'))).toEqual(['other.example']);
    expect(records('MX', mx(name, 0, '.'))).toEqual([{ preference: 0, exchange: '' }]);
    expect(
      records('TLSA', { name, type: 'TLSA', data: { usage: 3, selector: 1, matchingType: 1, certificate } }),
    ).toEqual([{ usage: 3, selector: 1, matchingType: 1, data: '00ff10' }]);
  });

  test('TXT strings are joined without a space, octet for octet', () => {
    const data = ['v=STSv1; ', 'id=1', Buffer.from([0xe9])];
    expect(records('TXT', { name: 'vendor.example', type: 'TXT', data })).toEqual(['v=STSv1; id=1é']);
  });

  test('of other types and classes is not looked at', () => {
    const signature: PacketAnswer = {
      name: 'vendor.example',
      type: 'RRSIG',
      data: {
        typeCovered: 'MX',
        algorithm: 13,
        labels: 2,
        originalTTL: 300,
        expiration: 1,
        inception: 1,
        keyTag: 1,
        signersName: 'vendor.example',
        signature: Buffer.alloc(64),
      },
    };
    const chaos: PacketAnswer = { name: 'vendor.example', type: 'A', class: 'CH', data: '192.0.2.9' };
    expect(
      records('MX', signature, mx('vendor.example', 5, 'mx.example'), a('vendor.example', '192.0.2.1')),
    ).toEqual([{ preference: 5, exchange: 'mx.example' }]);
    expect(records('A', chaos)).toEqual([]);
  });

  test('a dot or a backslash inside a label stays inside it', () => {
    const label = Buffer.from('\u0006mx.a\\b\u0007example\u0000', 'latin1');
    const message = raw(MX, 1, AT_QUESTION, [0, MX, 0, 1, 0, 0, 0, 0, 0, 2 + label.length, 0, 10], label);
    expect(readReply(message, ask('MX'), ID)).toMatchObject({
      reply: { records: [{ data: { exchange: 'mx\\.a\\\\b.example' } }] },
    });
  });

  test('a label of octets beyond print is written in numbers', () => {
    const label = Buffer.from('\u0003\u00e9 \u0000\u0000', 'latin1');
    const message = raw(MX, 1, AT_QUESTION, [0, MX, 0, 1, 0, 0, 0, 0, 0, 2 + label.length, 0, 10], label);
    expect(readReply(message, ask('MX'), ID)).toMatchObject({
      reply: { records: [{ data: { exchange: '\\233\\032\\000' } }] },
    });
  });
});

const MALFORMED_TYPES: Readonly<Record<number, RecordType>> = { 1: 'A', 15: 'MX', 16: 'TXT', 52: 'TLSA' };

describe('what is malformed', () => {
  test.each([
    ['fewer records than the header says', raw(MX, 1)],
    ['bytes behind the last record', raw(MX, 0, [0])],
    ['data that ends before it should', raw(TLSA, 1, AT_QUESTION, fields(TLSA, 35), [3, 1, 1, 9, 9])],
    ['an exchange that runs past its data', raw(MX, 1, AT_QUESTION, fields(MX, 4), [0, 10, 1, 97, 0])],
    ['data left over behind the exchange', raw(MX, 1, AT_QUESTION, fields(MX, 5), [0, 10, 1, 97, 0], [0, 0])],
    ['a name that points at itself', raw(MX, 1, [0xc0, 32], fields(MX, 3), [0, 1, 0])],
    ['a name that points ahead', raw(MX, 1, [0xc0, 40], fields(MX, 3), [0, 1, 0])],
    ['a label of the kind 0x40', raw(MX, 1, [0x41, 97, 0], fields(MX, 3), [0, 1, 0])],
    [
      'a name of 256 octets',
      raw(MX, 1, `${'\u003f'.padEnd(64, 'a').repeat(4)}\u0000`, fields(MX, 3), [0, 1, 0]),
    ],
    ['an address of five octets', raw(1, 1, AT_QUESTION, fields(1, 5), [192, 0, 2, 1, 1])],
    ['a TXT string longer than the data', raw(16, 1, AT_QUESTION, fields(16, 2), [9, 97])],
  ])('%s', (_, message) => {
    const type = MALFORMED_TYPES[message.readUInt8(29)] ?? 'MX';
    expect(readReply(message, ask(type), ID)).toEqual({ status: 'malformed' });
  });

  test('two OPT records, one below the root, and an option cut short', () => {
    expect(read('MX', { additionals: [opt(0, []), opt(0, [])] })).toEqual({ status: 'malformed' });
    const cut = reply(
      { id: ID, questions: [{ name: 'vendor.example', type: 'MX' }] },
      { extended: [[6, '']] },
    );
    cut.writeUInt16BE(1, cut.length - 4);
    expect(readReply(cut.subarray(0, -1), ask('MX'), ID)).toEqual({ status: 'malformed' });
  });

  test('an opcode other than that of a query', () => {
    const update = reply({ id: ID, questions: [{ name: 'vendor.example', type: 'MX' }] });
    update.writeUInt8(update.readUInt8(2) | 0x28, 2);
    expect(readReply(update, ask('MX'), ID)).toEqual({ status: 'malformed' });
  });
});

describe('what the resolver says beside the records', () => {
  test('the upper bits of the response code come from EDNS', () => {
    expect(read('MX', { rcode: 16 })).toMatchObject({ reply: { rcode: 16 } });
  });

  test('extended errors: name of the code, text on one line, bounded in length and number', () => {
    expect(
      read('MX', {
        extended: [
          [7, 'since\n 2020\u0000'],
          [4711, ''],
          [22, 'x'.repeat(300)],
        ],
      }),
    ).toMatchObject({
      reply: {
        extendedErrors: [
          { code: 7, text: 'Signature Expired: since 2020' },
          { code: 4711, text: 'Error 4711' },
          { code: 22, text: `No Reachable Authority: ${'x'.repeat(200)}` },
        ],
      },
    });
    const many = read('MX', { extended: Array.from({ length: 50 }, () => [0, ''] as const) });
    expect(many.status === 'reply' && many.reply.extendedErrors.length).toBe(8);
  });

  test('an absence may be kept for the smaller of the TTL and the MINIMUM of its SOA', () => {
    expect(read('MX', { authorities: [soa('example', 900, 60)] })).toMatchObject({
      reply: { negativeTtlSeconds: 60 },
    });
    expect(read('MX', { authorities: [soa('example', 30, 60)] })).toMatchObject({
      reply: { negativeTtlSeconds: 30 },
    });
    expect(read('MX', {})).toMatchObject({ reply: { negativeTtlSeconds: null } });
    // A signed absence has its proofs behind the SOA (RFC 4035 section 3.1.3).
    const proofs = [soa('example', 900, 60), a('ns.example', '192.0.2.1', 300)];
    expect(read('MX', { authorities: proofs })).toMatchObject({
      status: 'reply',
      reply: { negativeTtlSeconds: 60 },
    });
  });

  test('a TTL with its top bit set counts as zero', () => {
    expect(read('A', { answers: [a('vendor.example', '192.0.2.1', 0x8000_0001)] })).toMatchObject({
      reply: { records: [{ ttlSeconds: 0 }] },
    });
  });
});

describe('hostile replies', () => {
  const types = ['A', 'AAAA', 'MX', 'TXT', 'TLSA', 'CNAME', 'PTR'] as const;
  const real = reply(
    { id: ID, questions: [{ name: 'vendor.example', type: 'MX' }] },
    {
      answers: [cname('vendor.example', 'other.example'), mx('other.example', 10, 'mx.other.example')],
      authorities: [soa('example', 900, 60)],
      extended: [[6, 'text']],
    },
  );

  test('random octets are read without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...types), (octets, type) => {
        const message = Buffer.from(octets);
        if (message.length >= 2) message.writeUInt16BE(ID, 0);
        expect(['reply', 'truncated', 'not-ours', 'malformed']).toContain(
          readReply(message, ask(type), ID).status,
        );
      }),
    );
  });

  test('a real reply with octets changed, cut out or put in is read without a throw', () => {
    const change = fc.tuple(fc.nat(real.length), fc.nat(3), fc.uint8Array({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let message = real;
        for (const [at, cut, put] of changes) {
          message = Buffer.concat([message.subarray(0, at), put, message.subarray(at + cut)]);
        }
        expect(['reply', 'truncated', 'not-ours', 'malformed']).toContain(
          readReply(message, ask('MX'), ID).status,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('a name goes through no more pointers than it could have labels', () => {
    expect(readReply(chained(126, 1), ask('MX'), ID).status).toBe('reply');
    expect(readReply(chained(127, 1), ask('MX'), ID).status).toBe('malformed');
    const largest = chained(8000, 4000);
    expect(largest.length).toBeGreaterThan(64_000);
    expect(readReply(largest, ask('MX'), ID).status).toBe('malformed');
  });

  test('what dns-packet writes is read back, whatever it is', () => {
    const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
    const record = fc.record({ preference: fc.nat(0xffff), exchange: name });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.nat(0x7fff_ffff), (exchangers, ttl) => {
        const answers = exchangers.map(({ preference, exchange }) =>
          mx('vendor.example', preference, exchange, ttl),
        );
        const result = read('MX', { answers });
        expect(result.status === 'reply' ? result.reply.records : result).toEqual(
          exchangers.map((data) => ({ owner: 'vendor.example', ttlSeconds: ttl, data })),
        );
      }),
    );
  });
});
