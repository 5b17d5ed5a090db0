import type { Answer as PacketAnswer } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import type { RecordType } from '../../functions/dns/answer.ts';
import { interpret } from '../../functions/dns/interpretation.ts';
import { readReply } from '../../functions/dns/message.ts';
import { a, cname, mx, reply, soa } from './scripted-server.ts';
import type { Said } from './scripted-server.ts';

const NAME = 'vendor.example';

/** What a resolver's reply to a question for `vendor.example` comes to. */
function answer<T extends RecordType>(type: T, said: Said, believed = true) {
  const query = { name: NAME, type, checkingDisabled: false };
  const read = readReply(reply({ id: 1, questions: [{ name: NAME, type }] }, said), query, 1);
  if (read.status !== 'reply') throw new Error(read.status);
  return interpret(read.reply, query, { resolver: 'udp://192.0.2.53:53', believed });
}

describe('the outcome follows the response code', () => {
  const records = [mx(NAME, 10, 'mx.vendor.example')];
  test.each<[string, Said, string]>([
    ['NOERROR with the records', { answers: records }, 'records'],
    ['NOERROR without', { authorities: [soa(NAME, 60, 60)] }, 'no-data'],
    ['NOERROR without an SOA', {}, 'no-data'],
    [
      'NOERROR with records of another name',
      { answers: [mx('other.example', 10, 'mx.evil.example')] },
      'no-data',
    ],
    ['NXDOMAIN', { rcode: 3, authorities: [soa('example', 60, 60)] }, 'name-error'],
    ['NXDOMAIN beside records', { rcode: 3, answers: records }, 'name-error'],
    ['SERVFAIL', { rcode: 2 }, 'servfail'],
    ['SERVFAIL beside records', { rcode: 2, answers: records }, 'servfail'],
    ['FORMERR', { rcode: 1 }, 'refused'],
    ['NOTIMP', { rcode: 4 }, 'refused'],
    ['REFUSED', { rcode: 5 }, 'refused'],
    ['NOTAUTH', { rcode: 9 }, 'refused'],
    ['BADVERS', { rcode: 16 }, 'refused'],
    ['a code of tomorrow', { rcode: 13 }, 'servfail'],
    ['no recursion: a referral is not an absence', { recursive: false, authorities: [] }, 'refused'],
  ])('%s', (_, said, outcome) => {
    expect(answer('MX', said).outcome).toBe(outcome);
  });
});

describe('the security status is what the resolver vouches for', () => {
  const records = [mx(NAME, 10, 'mx.vendor.example')];
  test.each([
    ['AD', { secure: true, answers: records }, true, 'secure'],
    ['no AD', { answers: records }, true, 'insecure'],
    ['AD on an absence', { secure: true, rcode: 3 }, true, 'secure'],
    ['AD of a resolver that is not believed', { secure: true, answers: records }, false, 'indeterminate'],
    ['no AD of a resolver that is not believed', { answers: records }, false, 'indeterminate'],
    ['AD on a SERVFAIL', { secure: true, rcode: 2 }, true, 'indeterminate'],
  ])('%s', (_, said, believed, status) => {
    expect(answer('MX', said, believed).securityStatus).toBe(status);
  });
});

/** Aliases from `vendor.example` to `a1.example` and on. */
const chain = (length: number): PacketAnswer[] =>
  Array.from({ length }, (_, step) =>
    cname(step === 0 ? NAME : `a${step}.example`, `a${step + 1}.example`, 1000 - step),
  );
const reached = (length: number) => [...chain(length), a(`a${length}.example`, '192.0.2.1')];

describe('aliases', () => {
  test('lead to the records, which may come in any order and take the smallest TTL', () => {
    const answers = [
      a('a2.example', '192.0.2.1', 3600),
      a('a2.example', '192.0.2.2', 700),
      ...chain(2).toReversed(),
    ];
    expect(answer('A', { answers })).toMatchObject({
      outcome: 'records',
      records: ['192.0.2.1', '192.0.2.2'],
      cname: ['a1.example', 'a2.example'],
      ttlSeconds: 700,
    });
    expect(answer('A', { answers: [...chain(2), a('a2.example', '192.0.2.1', 3600)] }).ttlSeconds).toBe(999);
  });

  test('that lead to nothing are kept with the absence', () => {
    const said = { answers: chain(1), authorities: [soa('example', 900, 60)] };
    expect(answer('A', said)).toMatchObject({ outcome: 'no-data', cname: ['a1.example'], ttlSeconds: 60 });
    expect(answer('A', { ...said, rcode: 3 })).toMatchObject({
      outcome: 'name-error',
      cname: ['a1.example'],
    });
  });

  test('are not followed when they are what was asked for', () => {
    expect(answer('CNAME', { answers: chain(3) })).toMatchObject({
      records: ['a1.example'],
      cname: [],
      ttlSeconds: 1000,
    });
  });

  test('sixteen are followed, no more', () => {
    expect(answer('A', { answers: reached(16) })).toMatchObject({
      outcome: 'records',
      records: ['192.0.2.1'],
    });
    expect(answer('A', { answers: reached(17) })).toMatchObject({
      outcome: 'servfail',
      detail: 'aliases lead nowhere',
    });
  });

  test.each([
    ['an alias of itself', [cname(NAME, NAME)]],
    ['a circle of two', [cname(NAME, 'a1.example'), cname('a1.example', NAME)]],
    ['a circle that does not come back to the start', [...chain(2), cname('a2.example', 'a1.example')]],
  ])('%s is a failure, not an absence', (_, answers) => {
    expect(answer('A', { answers })).toMatchObject({ outcome: 'servfail', ttlSeconds: 0 });
  });
});

describe('how long an answer may be kept', () => {
  test('an absence without an SOA not at all', () => {
    expect(answer('MX', {})).toMatchObject({ outcome: 'no-data', ttlSeconds: 0 });
  });
  test('a failure not at all', () => {
    expect(answer('MX', { rcode: 2, authorities: [soa(NAME, 60, 60)] })).toMatchObject({ ttlSeconds: 0 });
  });
});

test('of a thousand records a hundred are kept', () => {
  const answers = Array.from({ length: 1000 }, (_, index) => a(NAME, `192.0.${index >> 8}.${index & 255}`));
  const result = answer('A', { answers });
  expect(result.outcome === 'records' && [result.records.length, result.records[99]]).toEqual([
    100,
    '192.0.0.99',
  ]);
});
