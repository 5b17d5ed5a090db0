import { describe, expect, test } from 'vitest';
import type { ReceivedField } from '../../functions/received/received-field.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';
import { RECEIVED_VECTORS, valueOf } from './received-vectors.ts';

function parsed(value: string): ReceivedField {
  const field = parseReceivedField(value);
  if (field === null) throw new Error(`not a Received field: ${value}`);
  return field;
}

const utc = (dateMs: number | null): string | null =>
  dateMs === null ? null : `${new Date(dateMs).toISOString().slice(0, 19)}Z`;

describe('real fields', () => {
  test.each(RECEIVED_VECTORS)(
    '$dialect from $source says who, to whom, how and when',
    ({ raw, expect: said }) => {
      const field = parsed(valueOf(raw));
      expect({
        fromHost: field.from?.name ?? null,
        helo: field.from?.helo ?? null,
        fromIp: field.from?.ip ?? null,
        byHost: field.by?.host ?? null,
        with: field.tls.with.protocol,
        id: field.id,
        for: field.for,
        date: utc(field.dateMs),
      }).toEqual({
        fromHost: said.fromHost,
        helo: said.helo,
        fromIp: said.fromIp,
        byHost: said.byHost,
        with: said.with,
        id: said.id,
        for: said.for,
        date: said.date,
      });
    },
  );
});

describe('what servers leave out or move', () => {
  test('by before from, and no with', () => {
    const field = parsed(
      'by peapod.example from localhost (router,SLmail V2.0); Fri, 13 Dec 1996 15:01:48 GMT',
    );
    expect([field.by?.host, field.from?.name, field.tls.with.protocol]).toEqual([
      'peapod.example',
      'localhost',
      null,
    ]);
  });
  test('a date without a day of the week or seconds', () => {
    expect(utc(parsed('from a by b with SMTP; 01 Feb 2022 14:04 +0100').dateMs)).toBe('2022-02-01T13:04:00Z');
  });
  test('a date with comments between its words, as RFC 5322 section 4.3 still allows, and an id after it', () => {
    const field = parsed(
      'from a ([192.0.2.1]) by b with SMTP; Tue, 01 (first) Feb 2022 14:04 +0100 (CET) id x7',
    );
    expect([utc(field.dateMs), field.id]).toEqual(['2022-02-01T13:04:00Z', 'x7']);
  });
  test('with, and no protocol', () => {
    const field = parsed('from a ([192.0.2.1]) by b with \n\tid x7; 01 Feb 2022 14:04 +0100');
    expect([field.tls.with.protocol, field.id]).toEqual([null, 'x7']);
  });
  test('words that only look like a date', () => {
    expect(parsed('from a by b with SMTP; Tue, xx, 29 Jan 2023 17:21:28 +0000').dateMs).toBeNull();
    expect(parsed('from a by b with SMTP; Fri, 31 Feb 2023 17:21:28 +0000').dateMs).toBeNull();
    expect(parsed('from a by b with SMTP Fri, 3 Feb 2023 17:21:28 +0000').dateMs).toBeNull();
  });
  test('an id after the date, as Courier writes it', () => {
    const field = parsed(
      'from a (b [192.0.2.1]) by c with esmtp; Sun, 20 Apr 2008 21:38:28 +0300 id 00068138.480B8DA4.00005025',
    );
    expect([field.id, utc(field.dateMs)]).toEqual(['00068138.480B8DA4.00005025', '2008-04-20T18:38:28Z']);
  });
  test('clauses between semicolons, as old OpenSMTPD writes them', () => {
    const field = parsed(
      'from a (b [192.0.2.1]);\n\tby c (OpenSMTPD) with ESMTPSA id 57564e24;\n\tfor <x@example.org>;\n\tFri, 5 Jun 2015 17:27:37 +0000 (UTC)',
    );
    expect([field.by?.host, field.tls.with.protocol, field.for]).toEqual(['c', 'ESMTPSA', 'x@example.org']);
  });
  test('a field longer than any server writes', () => {
    expect(parsed(`from a (${'b '.repeat(8000)}) by c with ESMTPS`).by?.host).toBe('c');
    expect(parseReceivedField(`from a (${'b '.repeat(9000)}) by c with ESMTPS`)).toBeNull();
    expect(parsed(`from a ${'b '.repeat(900)} by c with ESMTPS`).by?.host).toBe('c');
    expect(parseReceivedField(`from a ${'b '.repeat(1000)} by c with ESMTPS`)).toBeNull();
  });
  test('nothing of a Received field', () => {
    expect(parseReceivedField('')).toBeNull();
    expect(parseReceivedField('hello world; 01 Feb 2022 14:04 +0100')).toBeNull();
  });
});

describe('the address is the one the server saw', () => {
  test.each([
    ['x ([192.0.2.1] helo=[203.0.113.9])', '192.0.2.1'],
    ['x (HELO [203.0.113.9]) (192.0.2.1)', '192.0.2.1'],
    ['unknown (HELO x) (someone@192.0.2.1)', '192.0.2.1'],
    ['x (rdns.example [IPv6:2001:db8::1])', '2001:db8::1'],
    ['x ([fe80::1%3])', 'fe80::1'],
    ['x ([192.0.2.1]:16668 "EHLO mx.example" rhost-flags-OK-OK)', '192.0.2.1'],
    ['x [[192.0.2.1]]', '192.0.2.1'],
    ['x (a [203.0.113.9]) (rdns.example [192.0.2.1])', '192.0.2.1'],
    ['tls.example (tls.example [192.0.2.1])', '192.0.2.1'],
    ['[203.0.113.9] (rdns.example [192.0.2.1])', '192.0.2.1'],
    ['x ([192.0.2.1.63559])', '192.0.2.1'],
    ['x (rdns.example [256.1.1.1])', null],
    ['x (rdns.example [010.1.1.1])', null],
    ['x (rdns.example [mail.example])', null],
  ])('from %s', (from, ip) => {
    expect(parsed(`from ${from} by mx.example with SMTP; 1 Jan 2024 00:00:00 +0000`).from?.ip).toBe(ip);
  });
});
