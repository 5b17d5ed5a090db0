import { expect, test } from 'vitest';
import type { RecordType } from '../../functions/dns/answer.ts';
import { readReply } from '../../functions/dns/message.ts';
import type { Query } from '../../functions/dns/message.ts';
import { lookUpThrough } from '../../functions/dns/single-resolver.ts';
import type { Exchange, Transport } from '../../functions/dns/transport.ts';
import { mx, reply } from './scripted-server.ts';
import type { Said } from './scripted-server.ts';

const DATA: Said = { answers: [mx('vendor.example', 10, 'mx.vendor.example')] };
const SERVFAIL: Said = { rcode: 2 };

/** A resolver that answers queries with and without CD by these lists, and writes down what it was asked. */
function resolver(plain: readonly (Said | 'timeout')[], unchecked: readonly (Said | 'timeout')[] = []) {
  const left = { plain: [...plain], unchecked: [...unchecked] };
  const seen: string[] = [];
  const transport: Transport = {
    name: 'udp://192.0.2.53:53',
    async exchange<T extends RecordType>(query: Query<T>): Promise<Exchange<T>> {
      const kind = query.checkingDisabled ? 'unchecked' : 'plain';
      seen.push(kind);
      const said = left[kind].shift();
      if (said === undefined) throw new Error(`asked once more (${kind})`);
      if (said === 'timeout') return { status: 'timeout', detail: '' };
      const { name, type } = query;
      const read = readReply(reply({ id: 1, questions: [{ name, type }] }, said), query, 1);
      return read.status === 'reply' ? read : { status: 'malformed', detail: '' };
    },
    close() {},
  };
  return { lookUp: lookUpThrough(transport, true), seen };
}

const ask = async (plain: readonly (Said | 'timeout')[], unchecked: readonly (Said | 'timeout')[] = []) => {
  const { lookUp, seen } = resolver(plain, unchecked);
  return { answer: await lookUp('vendor.example', 'MX'), seen };
};

test('an answer needs one query', async () => {
  const { answer, seen } = await ask([DATA]);
  expect(answer).toMatchObject({ outcome: 'records', resolver: 'udp://192.0.2.53:53' });
  expect(seen).toEqual(['plain']);
});

test('a SERVFAIL that lasts, with data behind CD, is bogus', async () => {
  const { answer, seen } = await ask([SERVFAIL, SERVFAIL], [DATA]);
  expect(answer).toMatchObject({ outcome: 'bogus', securityStatus: 'bogus', ttlSeconds: 0 });
  expect(seen).toEqual(['plain', 'unchecked', 'plain']);
});

test('a wrongly signed absence is bogus too', async () => {
  expect((await ask([SERVFAIL, SERVFAIL], [{ rcode: 3 }])).answer.outcome).toBe('bogus');
});

test('a SERVFAIL that went away proves nothing: the answer counts', async () => {
  expect((await ask([SERVFAIL, DATA], [DATA])).answer).toMatchObject({
    outcome: 'records',
    securityStatus: 'insecure',
  });
});

test('a SERVFAIL with CD as well is a servfail', async () => {
  const { answer } = await ask([SERVFAIL, SERVFAIL], [SERVFAIL]);
  expect(answer).toMatchObject({ outcome: 'servfail', securityStatus: 'indeterminate' });
});

test('silence at the second look is no proof of wrong signatures', async () => {
  expect((await ask([SERVFAIL, 'timeout'], [DATA])).answer.outcome).toBe('servfail');
  expect((await ask([SERVFAIL, SERVFAIL], ['timeout'])).answer.outcome).toBe('servfail');
});

test.each([6, 7, 8, 9, 10, 11, 12, 25])('extended error %i says bogus by itself', async (code) => {
  const { answer, seen } = await ask([
    {
      ...SERVFAIL,
      extended: [
        [22, ''],
        [code, 'why'],
      ],
    },
  ]);
  expect(answer).toMatchObject({ outcome: 'bogus', extendedErrors: [{ code: 22 }, { code }] });
  expect(seen).toEqual(['plain']);
});

test('the second look says bogus by itself as well, whatever becomes of CD', async () => {
  const bogus: Said = { ...SERVFAIL, extended: [[7, 'expired yesterday']] };
  const { answer } = await ask([SERVFAIL, bogus], ['timeout']);
  expect(answer).toMatchObject({ outcome: 'bogus', extendedErrors: [{ code: 7 }] });
});

test('extended errors of reachability leave the question to CD, and stay with the answer', async () => {
  const said: Said = { ...SERVFAIL, extended: [[22, 'at delegation']] };
  expect((await ask([said, said], [SERVFAIL])).answer).toMatchObject({
    outcome: 'servfail',
    extendedErrors: [{ code: 22, text: 'No Reachable Authority: at delegation' }],
  });
});

test.each([
  ['timeout', 'timeout' as const],
  ['refused', { rcode: 5 }],
])('a %s is not asked again', async (outcome, said) => {
  const { answer, seen } = await ask([said]);
  expect(answer.outcome).toBe(outcome);
  expect(seen).toEqual(['plain']);
});

test.each([
  ['too long a label', `${'a'.repeat(64)}.example`],
  ['an escape', 'a\\.b.example'],
  ['nothing', ''],
])('a name with %s is not put on the wire', async (_, name) => {
  const { lookUp, seen } = resolver([]);
  expect(await lookUp(name, 'A')).toMatchObject({
    outcome: 'malformed',
    detail: 'not a name that DNS can carry',
  });
  expect(seen).toEqual([]);
});
