import { describe, expect, test } from 'vitest';
import { lookUpHostAddresses } from '../../functions/dns/host-addresses.ts';
import type { AnswerTable } from './answer-table.ts';
import { answerTable } from './answer-table.ts';

const look = (entry: AnswerTable[string] | undefined) =>
  lookUpHostAddresses('mx.example', answerTable(entry === undefined ? {} : { 'mx.example': entry }));

test('both families are looked up before either has answered', async () => {
  const both = Promise.withResolvers<void>();
  const table = answerTable({ 'mx.example': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] } });
  const addresses = await lookUpHostAddresses('mx.example', {
    async lookUp(name, type) {
      const answer = table.lookUp(name, type);
      if (table.asked.length === 2) both.resolve();
      await both.promise;
      return answer;
    },
  });
  expect(addresses.addresses.map(({ ip }) => ip)).toEqual(['192.0.2.1', '2001:db8::1']);
});

test('each address says its family and whether it is public', async () => {
  const { addresses } = await look({ A: ['8.8.8.8', '10.0.0.1', '8.8.8.8'], AAAA: ['2606:4700::1', '::1'] });
  expect(addresses).toEqual([
    { ip: '8.8.8.8', family: 4, public: true },
    { ip: '10.0.0.1', family: 4, public: false },
    { ip: '2606:4700::1', family: 6, public: true },
    { ip: '::1', family: 6, public: false },
  ]);
});

describe('the status', () => {
  test.each<[string, AnswerTable[string] | undefined, string]>([
    ['one family has addresses', { A: ['8.8.8.8'] }, 'records'],
    ['one has, the other fails', { A: 'bogus', AAAA: ['2606:4700::1'] }, 'records'],
    ['neither has', {}, 'no-data'],
    ['the name does not exist', undefined, 'name-error'],
    ['the name does not exist for one type only', { A: 'name-error' }, 'no-data'],
    ['one fails, the other has none', { A: 'timeout' }, 'unavailable'],
    ['one fails, the other says there is no such name', { A: 'servfail', AAAA: 'name-error' }, 'unavailable'],
    ['one is bogus', { AAAA: 'bogus' }, 'bogus'],
    ['one is bogus, the other fails', { A: 'timeout', AAAA: 'bogus' }, 'bogus'],
  ])('when %s', async (_, entry, status) => {
    expect((await look(entry)).status).toBe(status);
  });
});

describe('the security status is that of the weaker family', () => {
  const secure = { records: ['8.8.8.8'], securityStatus: 'secure' } as const;
  const secure6 = { records: ['2606:4700::1'], securityStatus: 'secure' } as const;
  test.each<[string, AnswerTable[string], string]>([
    ['both secure', { A: secure, AAAA: secure6 }, 'secure'],
    ['one insecure', { A: secure, AAAA: ['2606:4700::1'] }, 'insecure'],
    ['one not heard of', { A: secure, AAAA: 'timeout' }, 'indeterminate'],
    ['one bogus', { A: 'bogus', AAAA: secure6 }, 'bogus'],
  ])('%s', async (_, entry, status) => {
    expect((await look(entry)).securityStatus).toBe(status);
  });
});

test('the alias and the smaller TTL are kept, and both answers as they came', async () => {
  const host = await look({
    A: { records: ['8.8.8.8'], ttlSeconds: 30, cname: ['a.example', 'b.example'] },
    AAAA: 'timeout',
  });
  expect(host).toMatchObject({
    cname: ['a.example', 'b.example'],
    ttlSeconds: 0,
    aaaa: { outcome: 'timeout' },
  });
  expect((await look({ A: { records: ['8.8.8.8'], ttlSeconds: 30 } })).ttlSeconds).toBe(30);
  expect((await look({ AAAA: { records: ['::1'], cname: ['c.example'] } })).cname).toEqual(['c.example']);
});

test('of a thousand addresses of a family the first 32 are kept', async () => {
  const A = Array.from({ length: 1000 }, (_, index) => `8.8.${index >> 8}.${index & 255}`);
  const { addresses } = await look({ A, AAAA: ['2606:4700::1'] });
  expect(addresses.map(({ family }) => family)).toEqual([...Array<4>(32).fill(4), 6]);
});
