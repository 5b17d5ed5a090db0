import { describe, expect, test } from 'vitest';
import type { RecordData } from '../../functions/dns/answer.ts';
import { lookUpMailExchangers } from '../../functions/dns/mail-exchangers.ts';
import type { AnswerTable } from './answer-table.ts';
import { answerTable } from './answer-table.ts';

const look = (table: AnswerTable) => lookUpMailExchangers('vendor.example', answerTable(table));
const to = (...exchanges: readonly (readonly [number, string])[]): RecordData['MX'][] =>
  exchanges.map(([preference, exchange]) => ({ preference, exchange }));

describe('where mail goes (RFC 5321 section 5.1)', () => {
  test('to the MX hosts, the smallest preference first, then by name', async () => {
    const MX = to([20, 'c.example'], [5, 'z.example'], [20, 'b.example']);
    expect(await look({ 'vendor.example': { MX, A: ['192.0.2.1'] } })).toMatchObject({
      source: 'mx',
      exchangers: [
        { host: 'z.example', preference: 5, fault: null },
        { host: 'b.example', preference: 20, fault: null },
        { host: 'c.example', preference: 20, fault: null },
      ],
      answer: { outcome: 'records', records: MX },
    });
  });

  test('a host named twice counts once, with its better preference', async () => {
    const MX = to([30, 'a.example'], [10, 'a.example'], [20, 'b.example']);
    const { exchangers } = await look({ 'vendor.example': { MX } });
    expect(exchangers.map(({ host, preference }) => `${preference} ${host}`)).toEqual([
      '10 a.example',
      '20 b.example',
    ]);
  });

  test.each([
    ['A', { A: ['192.0.2.1'] }],
    ['AAAA', { AAAA: ['2001:db8::1'] }],
  ])('without MX to the domain itself when it has an %s record', async (_, records) => {
    expect(await look({ 'vendor.example': records })).toMatchObject({
      source: 'implicit',
      exchangers: [{ host: 'vendor.example', preference: 0, fault: null }],
      answer: { outcome: 'no-data' },
    });
  });

  test('never to the domain itself when there are MX records, useless as they may be', async () => {
    const table = answerTable({ 'vendor.example': { MX: to([10, 'localhost']), A: ['192.0.2.1'] } });
    expect(await lookUpMailExchangers('vendor.example', table)).toMatchObject({
      source: 'mx',
      exchangers: [{ host: 'localhost', fault: 'localhost' }],
    });
    expect(table.asked).toEqual(['MX vendor.example']);
  });

  test('nowhere: neither MX nor address, or no such domain', async () => {
    expect(await look({ 'vendor.example': {} })).toMatchObject({ source: 'none', exchangers: [] });
    expect(await look({})).toMatchObject({ source: 'name-error', exchangers: [] });
  });
});

describe('null MX (RFC 7505 section 3)', () => {
  test('alone means that the domain takes no mail, whatever its address', async () => {
    const table = answerTable({ 'vendor.example': { MX: to([0, '']), A: ['192.0.2.1'] } });
    expect(await lookUpMailExchangers('vendor.example', table)).toMatchObject({
      source: 'null-mx',
      exchangers: [],
    });
    expect(table.asked).toEqual(['MX vendor.example']);
  });

  test('beside other exchanges is a fault, and the others count', async () => {
    expect(await look({ 'vendor.example': { MX: to([0, ''], [10, 'mx.vendor.example']) } })).toMatchObject({
      source: 'mx',
      exchangers: [
        { host: '', fault: 'null-mx-among-others' },
        { host: 'mx.vendor.example', fault: null },
      ],
    });
  });
});

describe('could not look is not absent', () => {
  test.each(['servfail', 'bogus', 'timeout', 'refused', 'malformed'] as const)('MX: %s', async (outcome) => {
    const table = answerTable({ 'vendor.example': { MX: outcome, A: ['192.0.2.1'] } });
    expect(await lookUpMailExchangers('vendor.example', table)).toMatchObject({
      source: 'unavailable',
      exchangers: [],
      answer: { outcome },
    });
    expect(table.asked).toEqual(['MX vendor.example']);
  });

  test('no MX, and the address lookups fail', async () => {
    for (const outcome of ['timeout', 'bogus'] as const) {
      expect(await look({ 'vendor.example': { A: outcome } })).toMatchObject({ source: 'unavailable' });
      expect(await look({ 'vendor.example': { A: outcome, AAAA: ['2001:db8::1'] } })).toMatchObject({
        source: 'implicit',
      });
    }
  });
});

test.each([
  ['mx.vendor.example', null],
  ['mx_1.vendor.example', null],
  ['xn--bcher-kva.example', null],
  ['mail', null],
  ['192.0.2.1', 'address-literal'],
  ['[192.0.2.1]', 'address-literal'],
  ['2001:db8::1', 'address-literal'],
  ['[ipv6:2001:db8::1]', 'address-literal'],
  ['192\\.0\\.2\\.1', 'address-literal'],
  ['localhost', 'localhost'],
  ['mx.localhost', 'localhost'],
  ['localhost.example', null],
  ['mx\\.vendor.example', 'not-a-host-name'],
  ['b\\195\\188cher.example', 'not-a-host-name'],
  ['mx,vendor.example', 'not-a-host-name'],
  ['http://vendor.example', 'not-a-host-name'],
])('an exchange %j: %s', async (host, fault) => {
  const { exchangers } = await look({ 'vendor.example': { MX: to([10, host]) } });
  expect(exchangers).toEqual([{ host, preference: 10, fault }]);
});
