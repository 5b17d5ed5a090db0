import { expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { AssessedHeaders } from '../../functions/check-headers.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { lookUpServersToday } from '../../functions/answers/servers-today.ts';
import {
  connection,
  domain,
  host,
  HOST,
  made,
  OBSERVED_AT,
  REFUSED,
  WITHOUT_STARTTLS,
} from '../assessment/observed.ts';

const FIELD = `Received: from a.example (a.example [192.0.2.1]) by ${HOST.toUpperCase()} (Postfix) with ESMTPS id A1B2C3D for <reader@other.example>; Mon, 1 Jan 2024 10:00:00 +0000`;
const headersOf = (text: string): readonly AssessedHeaders[] =>
  checkHeaders(Buffer.from(text), { ownServers: [], nowMs: 0, gradeTls: () => null }).filter(
    (result) => result.kind === 'headers',
  );

const SOUND = domain([host([made('192.0.2.20', connection())])]);

function storing(kept: Readonly<Record<string, DomainEvidence>>) {
  const asked: string[] = [];
  return {
    asked,
    stored: async (name: string) => {
      asked.push(name);
      const evidence = kept[name];
      return evidence === undefined ? null : { evidence, judgement: assessDomain(evidence) };
    },
  };
}

test("a server is found in the stored check of its own domain, and in that of the recipient's", async () => {
  for (const name of ['vendor.example', 'other.example']) {
    const store = storing({ [name]: SOUND });
    expect([...(await lookUpServersToday(headersOf(FIELD), store.stored))]).toEqual([
      [HOST, { checkedAt: OBSERVED_AT, encrypted: true, version: 'TLSv1.3' }],
    ]);
    expect(store.asked).toEqual(['other.example', 'vendor.example']);
  }
});

test('a server that offers nothing is told of', async () => {
  const store = storing({ 'vendor.example': domain([host([made('192.0.2.20', WITHOUT_STARTTLS)])]) });
  expect((await lookUpServersToday(headersOf(FIELD), store.stored)).get(HOST)).toMatchObject({
    encrypted: false,
  });
});

test.each([
  ['one that refused to talk', [made('192.0.2.20', REFUSED)]],
  ['one whose addresses differ', [made('192.0.2.20', connection()), made('192.0.2.21', WITHOUT_STARTTLS)]],
  ['one without a probe', []],
])('nothing is said of %s', async (_, probes) => {
  const store = storing({ 'vendor.example': domain([host(probes)]) });
  expect((await lookUpServersToday(headersOf(FIELD), store.stored)).size).toBe(0);
});

test('of two checks of the same server the later counts', async () => {
  const earlier = {
    ...domain([host([made('192.0.2.20', WITHOUT_STARTTLS)])]),
    observedAt: '2026-11-21T00:00:00.000Z',
  };
  for (const kept of [
    { 'vendor.example': SOUND, 'other.example': earlier },
    { 'vendor.example': earlier, 'other.example': SOUND },
  ]) {
    expect((await lookUpServersToday(headersOf(FIELD), storing(kept).stored)).get(HOST)?.encrypted).toBe(
      true,
    );
  }
});

test('what took the message inside, or has no name, is not asked for; and never more than twenty domains', async () => {
  const store = storing({});
  await lookUpServersToday(headersOf(FIELD.replaceAll('192.0.2.1', '10.0.0.1')), store.stored);
  await lookUpServersToday(headersOf(FIELD.replace(HOST.toUpperCase(), '192.0.2.7')), store.stored);
  await lookUpServersToday(headersOf(FIELD.replace('reader@other.example', 'a@" b.c d"')), store.stored);
  expect(store.asked).toEqual(['vendor.example']);
  const many = Array.from({ length: 50 }, (_, at) => FIELD.replace('other.example', `other${at}.example`));
  await lookUpServersToday(headersOf(many.join('\n')), store.stored);
  expect(store.asked).toHaveLength(21);
});
