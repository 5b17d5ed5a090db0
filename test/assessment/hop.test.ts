import { describe, expect, test } from 'vitest';
import type { Hop } from '../../functions/assessment/hop.ts';
import { assessHops } from '../../functions/assessment/hop.ts';
import { assessRoute } from '../../functions/assessment/route.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';

const NOW = Date.UTC(2024, 0, 2);

/** Judges fields given in the order of a header: the last server first. */
function hopsOf(values: readonly string[], ownServers: readonly string[] = []): readonly Hop[] {
  const fields = values.map(parseReceivedField).filter((field) => field !== null);
  return assessHops(fields, { ownServers, nowMs: NOW, gradeTls: () => null });
}
const at = (time: string): string => `Mon, 1 Jan 2024 ${time} +0000`;
const hop = (from: string, ip: string, by: string, keyword: string, time: string): string =>
  `from ${from} (${from} [${ip}]) by ${by} (Postfix) with ${keyword} id 4PD5LP6gL4z9vNYC; ${at(time)}`;
const codes = (found: Hop | undefined): readonly string[] =>
  found?.findings.map((finding) => finding.code) ?? [];

describe('hops are in travel order', () => {
  const hops = hopsOf([
    hop('out.a.example', '192.0.2.1', 'mx.b.example', 'ESMTPS', '10:00:05'),
    hop('client.a.example', '10.0.0.5', 'out.a.example', 'ESMTPSA', '10:00:03'),
  ]);
  test('the first hop first, with the time each took and the network it crossed', () => {
    expect(hops.map((each) => [each.index, each.field.by?.host, each.delaySeconds, each.network])).toEqual([
      [1, 'out.a.example', null, 'private'],
      [2, 'mx.b.example', 2, 'public'],
    ]);
  });
  test('nothing to point out in an honest way', () => {
    expect(hops.flatMap(codes)).toEqual([]);
  });
});

describe('what the hops say about each other', () => {
  test('a hop dated before the one before it: a clock is wrong', () => {
    const hops = hopsOf([
      hop('out.a.example', '192.0.2.1', 'mx.b.example', 'ESMTPS', '10:00:00'),
      hop('c.a.example', '192.0.2.9', 'out.a.example', 'ESMTPS', '10:05:00'),
    ]);
    expect(hops[1]?.delaySeconds).toBe(-300);
    expect(hops[1]?.findings).toEqual([{ code: 'clock-skew', seconds: 300 }]);
  });
  test('a long wait, and a date in the future', () => {
    const hops = hopsOf([
      `from out.a.example (out.a.example [192.0.2.1]) by mx.b.example with ESMTPS; Fri, 5 Jan 2024 00:00:00 +0000`,
      hop('c.a.example', '192.0.2.9', 'out.a.example', 'ESMTPS', '10:00:00'),
    ]);
    expect(codes(hops[1])).toEqual(['date-in-future', 'long-delay']);
  });
  test('a server that had it from another than the one before: a gap', () => {
    const hops = hopsOf([
      hop('relay.c.example', '192.0.2.1', 'mx.b.example', 'ESMTPS', '10:00:05'),
      hop('c.a.example', '192.0.2.9', 'out.a.example', 'ESMTPS', '10:00:00'),
    ]);
    expect(hops[1]?.findings).toEqual([
      { code: 'from-mismatch', from: 'relay.c.example', previousBy: 'out.a.example' },
    ]);
  });
  test('a peer that recorded itself elsewhere: out of order', () => {
    const hops = hopsOf([
      hop('first.a.example', '192.0.2.1', 'mx.b.example', 'ESMTPS', '10:00:05'),
      hop('c.c.example', '192.0.2.9', 'other.c.example', 'ESMTPS', '10:00:03'),
      hop('laptop.a.example', '192.0.2.8', 'first.a.example', 'ESMTPS', '10:00:00'),
    ]);
    expect(hops[2]?.findings).toEqual([{ code: 'out-of-order', from: 'first.a.example', recordedAtHop: 1 }]);
  });
  test('a server that had it before, with another between', () => {
    const hops = hopsOf([
      hop('scan.b.example', '192.0.2.2', 'mx.b.example', 'ESMTP', '10:00:05'),
      hop('mx.b.example', '192.0.2.1', 'scan.b.example', 'ESMTP', '10:00:03'),
      hop('c.a.example', '192.0.2.9', 'mx.b.example', 'ESMTPS', '10:00:00'),
    ]);
    expect(hops[2]?.findings).toEqual([{ code: 'repeated-server', by: 'mx.b.example', firstHop: 1 }]);
  });
  test('a filter on the same machine is no gap', () => {
    const hops = hopsOf([
      `from localhost (localhost [127.0.0.1]) by mx.b.example (Postfix) with ESMTP id A1B2C3D; ${at('10:00:05')}`,
      hop('c.a.example', '192.0.2.9', 'mx.b.example', 'ESMTPS', '10:00:00'),
    ]);
    expect(hops.flatMap(codes)).toEqual([]);
  });
  test('a HELO name of another domain than the address resolves to', () => {
    const [only] = hopsOf([
      `from mail.bank.example (dsl.isp.example [192.0.2.1]) by mx.b.example (Postfix) with ESMTP id A1B2C3D; ${at('10:00:00')}`,
    ]);
    expect(only?.findings).toEqual([
      { code: 'helo-mismatch', helo: 'mail.bank.example', address: 'dsl.isp.example' },
    ]);
  });
});

describe('which hops can be trusted', () => {
  const forged = hop('bank.example', '203.0.113.5', 'mx1.b.example', 'ESMTPS', '09:00:00');
  const edge = hop('evil.example', '192.0.2.66', 'mx1.b.example', 'ESMTP', '10:00:00');
  const inner = hop('mx1.b.example', '10.0.0.2', 'store.b.example', 'ESMTPS', '10:00:01');
  test('down to the server that had the message from outside, though the field below names it too', () => {
    expect(hopsOf([inner, edge, forged]).map((each) => each.trusted)).toEqual([false, true, true]);
  });
  test('the answer over the trusted hops alone', () => {
    const route = assessRoute(hopsOf([inner, edge, forged]), 0, 0);
    expect([route.answer, route.trustedAnswer]).toEqual(['partly', 'partly']);
    expect(assessRoute(hopsOf([inner]), 0, 0).answer).toBe('encrypted');
    const plainOnly = assessRoute(hopsOf([edge, forged]), 0, 0);
    expect([plainOnly.answer, plainOnly.trustedAnswer]).toEqual(['partly', 'not-encrypted']);
  });
  test('a field that could not be read is enough not to promise, and no more than that', () => {
    expect(assessRoute(hopsOf([inner]), 1, 0)).toMatchObject({
      answer: 'unknown',
      trustedAnswer: 'encrypted',
    });
    expect(assessRoute(hopsOf([inner, edge]), 1, 0).answer).toBe('partly');
  });
  test('a name in HELO that pretends to be ours does not widen it', () => {
    const pretended = `from mx9.b.example (dsl.isp.example [192.0.2.66]) by mx1.b.example (Postfix) with ESMTP id A1B2C3D; ${at('10:00:00')}`;
    expect(hopsOf([pretended, forged]).map((each) => each.trusted)).toEqual([false, true]);
  });
  test("the reader's own servers as given, even where another domain is on top", () => {
    const hosted = hop('mx.filter.example', '192.0.2.3', 'mail.b.example', 'ESMTPS', '10:00:02');
    const filter = hop('out.a.example', '192.0.2.1', 'mx.filter.example', 'ESMTPS', '10:00:00');
    expect(hopsOf([hosted, filter]).map((each) => each.trusted)).toEqual([false, true]);
    expect(hopsOf([hosted, filter], ['b.example', 'filter.example']).map((each) => each.trusted)).toEqual([
      true,
      true,
    ]);
    expect(hopsOf([hosted, filter], ['c.example']).map((each) => each.trusted)).toEqual([false, false]);
  });
  test("Exchange Online's machines are one another's, down to the one that had the message from outside", () => {
    const server = (from: string, ip: string, by: string, byIp: string): string =>
      `from ${from} (${ip}) by ${by} (${byIp}) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7135.26; ${at('10:00:00')}`;
    const hops = hopsOf([
      `from SN6.prod.outlook.com (2603:10b6:805:1::5) by DM6.prod.outlook.com with HTTPS; ${at('10:00:00')}`,
      server('BN9.prod.outlook.com', '2603:10b6:408:fa::6', 'SN6.prod.outlook.com', '2603:10b6:805:1::5'),
      server(
        'BN8.prod.protection.outlook.com',
        '2603:10b6:408::89',
        'BN9.outlook.office365.com',
        '2603:10b6:408:fa::6',
      ),
      server('out.a.example', '192.0.2.1', 'BN8.mail.protection.outlook.com', '10.13.159.138'),
      server('forged.example', '203.0.113.1', 'BN8.mail.protection.outlook.com', '10.13.159.138'),
    ]);
    expect(hops.map((each) => each.trusted)).toEqual([false, true, true, true, true]);
  });
  test("Google's machines inside are Google's", () => {
    const hops = hopsOf([
      `by 2002:a05:6102:3f0b:b0:4c1:2345:6789 with SMTP id k11csp123; ${at('10:00:01')}`,
      `from mail.a.example (mail.a.example. [192.0.2.1]) by mx.google.com with ESMTPS id q22 (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); ${at('10:00:00')}`,
    ]);
    expect(hops.map((each) => [each.trusted, each.network])).toEqual([
      [true, 'public'],
      [true, 'private'],
    ]);
    expect(assessRoute(hops, 0, 0)).toMatchObject({
      answer: 'encrypted',
      trustedAnswer: 'encrypted',
      crossed: 1,
    });
  });
});

describe('the answer over all hops that crossed a network', () => {
  const encrypted = hop('a.example', '192.0.2.1', 'b.example', 'ESMTPS', '10:00:00');
  const plain = hop('a.example', '192.0.2.1', 'b.example', 'ESMTP', '10:00:00');
  const unsaid = `from a.example ([192.0.2.1]) by b.example with ESMTP; ${at('10:00:00')}`;
  const local = `by b.example (Postfix, from userid 0) id A1B2C3D; ${at('10:00:00')}`;
  test.each([
    ['all encrypted', [encrypted, encrypted, local], 'encrypted'],
    ['one in clear text among others', [encrypted, plain, unsaid], 'partly'],
    ['none encrypted, one known not to be', [plain, unsaid], 'not-encrypted'],
    ['one that does not say', [encrypted, unsaid], 'unknown'],
    ['only on one machine', [local], 'unknown'],
    ['no hops at all', [], 'unknown'],
  ])('%s', (_, values, answer) => {
    expect(assessRoute(hopsOf(values), 0, 0).answer).toBe(answer);
  });
});
