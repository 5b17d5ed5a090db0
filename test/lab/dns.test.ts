import {
  AUTHENTIC_DATA,
  CHECKING_DISABLED,
  DNSSEC_OK,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  decode,
  encode,
} from 'dns-packet';
import type { Answer, Packet, RecordType } from 'dns-packet';
import { createSocket } from 'node:dgram';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab } from './start-lab.ts';
import type { Lab } from './start-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.close());

const ID = 0x1234;
const query = (name: string, type: RecordType, flags = 0, id = ID): Buffer =>
  encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED | flags,
    questions: [{ name, type }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: DNSSEC_OK,
        flag_do: true,
        options: [],
      },
    ],
  });

/** Every datagram that comes back for a query, until one answers `sentinel`, asked right behind it. */
async function datagrams(message: Buffer): Promise<Buffer[]> {
  const socket = createSocket('udp4');
  const port = Number(new URL(lab.dns.udp.replace('udp:', 'http:')).port);
  const received: Buffer[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on('message', (answer) => {
      if (answer.length > 2 && answer.readUInt16BE(0) === 0xffff) resolve();
      else received.push(answer);
    });
  });
  socket.send(message, port, '127.0.0.1');
  socket.send(query('modern.example', 'MX', 0, 0xffff), port, '127.0.0.1');
  await done;
  socket.close();
  return received;
}

async function overUdp(name: string, type: RecordType, flags = 0): Promise<Packet> {
  const [answer] = await datagrams(query(name, type, flags));
  return decode(answer ?? Buffer.alloc(0));
}

async function overTcp(name: string, type: RecordType): Promise<Packet> {
  const message = query(name, type);
  const socket = connect(Number(lab.dns.udp.split(':').at(-1)), '127.0.0.1');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
  let received = Buffer.alloc(0);
  while (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) {
    const bytes = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    received = Buffer.concat([received, bytes]);
  }
  socket.destroy();
  return decode(received.subarray(2));
}

async function overHttps(name: string, type: RecordType): Promise<Packet> {
  const headers = { 'content-type': 'application/dns-message' };
  const request = httpsRequest(lab.dns.doh, { method: 'POST', headers, ca: lab.caPem, agent: false });
  request.end(query(name, type));
  const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  expect(response.statusCode).toBe(200);
  return decode(await buffer(response));
}

const rcode = ({ flags = 0 }: Packet): number => flags & 0xf;
const secure = ({ flags = 0 }: Packet): boolean => (flags & AUTHENTIC_DATA) !== 0;
const data = ({ answers = [] }: Packet): unknown[] =>
  answers.map((answer: Answer) => ('data' in answer ? answer.data : null));
/** The codes of RFC 8914 in an answer. */
const extendedErrors = ({ additionals = [] }: Packet): number[] =>
  additionals.flatMap((record) =>
    record.type === 'OPT' ? record.options.map(({ data }) => data?.readUInt16BE(0) ?? -1) : [],
  );

describe('the lab’s resolver', () => {
  it('says the same over UDP, TCP and HTTPS', async () => {
    for (const ask of [overUdp, overTcp, overHttps]) {
      const answer = await ask('modern.example', 'MX');
      expect(answer.id).toBe(ID);
      expect(data(answer)).toStrictEqual([{ preference: 10, exchange: 'mx.modern.example' }]);
      expect(secure(answer)).toBe(true);
    }
    expect(data(await overUdp('mx.modern.example', 'A'))).toStrictEqual(lab.addresses('mx.modern.example'));
  });

  it('speaks HTTP/2 as well, and POST alone', async () => {
    const session = connectHttp2(lab.dns.doh, { ca: lab.caPem });
    const ask = async (method: string): Promise<[unknown, Buffer]> => {
      const stream = session.request({
        ':path': '/dns-query',
        ':method': method,
        'content-type': 'application/dns-message',
      });
      stream.end(method === 'POST' ? query('tls10.example', 'MX') : undefined);
      const headers = await new Promise<IncomingHttpHeaders>((resolve) => stream.once('response', resolve));
      return [headers[':status'], await buffer(stream)];
    };
    const [status, body] = await ask('POST');
    expect(status).toBe(200);
    expect(data(decode(body))).toStrictEqual([{ preference: 10, exchange: 'mx.tls10.example' }]);
    expect((await ask('GET'))[0]).toBe(405);
    session.close();
  });

  it('sets AD for secure names alone, and only for those who ask with DO or AD (RFC 6840 section 5.8)', async () => {
    expect(secure(await overUdp('secure.example', 'MX'))).toBe(true);
    expect(secure(await overUdp('insecure.example', 'MX'))).toBe(false);
    const plain = encode({
      type: 'query',
      id: ID,
      flags: 0,
      questions: [{ name: 'secure.example', type: 'MX' }],
    });
    const [answer] = await datagrams(plain);
    expect(secure(decode(answer ?? Buffer.alloc(0)))).toBe(false);
  });

  it('answers SERVFAIL with extended error 6 for a bogus name, and its records when CD is set', async () => {
    const refused = await overUdp('bogus.example', 'MX');
    expect([rcode(refused), data(refused), extendedErrors(refused)]).toStrictEqual([2, [], [6]]);
    const unchecked = await overUdp('bogus.example', 'MX', CHECKING_DISABLED);
    expect(rcode(unchecked)).toBe(0);
    expect(data(unchecked)).toStrictEqual([{ preference: 10, exchange: 'mx.bogus.example' }]);
    expect(secure(unchecked)).toBe(false);
  });

  it('answers SERVFAIL with extended errors 22 and 23 where nobody is reached, with CD as well', async () => {
    for (const flags of [0, CHECKING_DISABLED]) {
      const answer = await overUdp('servfail.example', 'MX', flags);
      expect([rcode(answer), extendedErrors(answer)]).toStrictEqual([2, [22, 23]]);
    }
    expect(extendedErrors(await overUdp('servfail-unexplained.example', 'MX'))).toStrictEqual([]);
  });

  it('tells a name that does not exist from one without such records, both with an SOA (RFC 2308 section 3)', async () => {
    const absent = await overUdp('no-such.example', 'MX');
    const empty = await overUdp('mx.modern.example', 'AAAA');
    expect([rcode(absent), rcode(empty)]).toStrictEqual([3, 0]);
    for (const { authorities = [] } of [absent, empty]) {
      expect(authorities).toMatchObject([{ type: 'SOA', ttl: 300, data: { minimum: 60 } }]);
    }
    expect(rcode(await overUdp('_tcp.modern.example', 'TLSA'))).toBe(3);
  });

  it('gives no answer, REFUSED, or a failure on the first query alone, where the table says so', async () => {
    expect(await datagrams(query('timeout.example', 'MX'))).toStrictEqual([]);
    expect(rcode(await overUdp('dns-refused.example', 'MX'))).toBe(5);
    expect(rcode(await overUdp('servfail-once.example', 'MX'))).toBe(2);
    expect(data(await overUdp('servfail-once.example', 'MX'))).toHaveLength(1);
  });

  it('truncates over UDP what TCP has in full, by table or by size', async () => {
    for (const [name, count] of [
      ['truncated.example', 1],
      ['twenty-servers.example', 20],
    ] as const) {
      const short = await overUdp(name, 'MX');
      expect((short.flags ?? 0) & TRUNCATED_RESPONSE).toBe(TRUNCATED_RESPONSE);
      expect(data(short)).toStrictEqual([]);
      expect(data(await overTcp(name, 'MX'))).toHaveLength(count);
    }
  });

  it('sends what must not be believed: another id, another question, half a message, a forgery first', async () => {
    expect((await overUdp('wrong-id.example', 'MX')).id).toBe(ID + 1);
    expect((await overUdp('wrong-question.example', 'MX')).questions).toMatchObject([
      { name: 'not-wrong-question.example' },
    ]);
    const [malformed] = await datagrams(query('malformed.example', 'MX'));
    expect(() => decode(malformed ?? Buffer.alloc(0))).toThrow(/out of range|Cannot decode/);
    const [first, second] = (await datagrams(query('forged-first.example', 'MX'))).map((bytes) =>
      decode(bytes),
    );
    expect([first?.id, data(first ?? {})]).toStrictEqual([
      ID + 1,
      [{ preference: 0, exchange: 'forged.example' }],
    ]);
    expect([second?.id, data(second ?? {})]).toStrictEqual([
      ID,
      [{ preference: 10, exchange: 'mx.forged-first.example' }],
    ]);
  });

  it('tells different stories over UDP and HTTPS where the table says so', async () => {
    expect(rcode(await overUdp('disagreement-bogus.example', 'MX'))).toBe(0);
    expect(rcode(await overHttps('disagreement-bogus.example', 'MX'))).toBe(2);
    expect(secure(await overUdp('disagreement-security.example', 'MX'))).toBe(true);
    expect(secure(await overHttps('disagreement-security.example', 'MX'))).toBe(false);
  });

  it('follows aliases, secure only when every step is; a loop is sent as it is', async () => {
    const chain = await overUdp('alias.example', 'MX');
    expect(chain.answers?.map(({ type, name }) => `${name} ${type}`)).toStrictEqual([
      'alias.example CNAME',
      'step.alias.example CNAME',
      'modern.example MX',
    ]);
    expect(secure(chain)).toBe(true);
    const mixed = await overUdp('mx.mx-alias.example', 'A');
    expect(data(mixed)).toStrictEqual(['mx.modern.example', ...lab.addresses('mx.modern.example')]);
    expect(secure(mixed)).toBe(false);
    expect(rcode(await overUdp('alias-nowhere.example', 'MX'))).toBe(3);
    expect(data(await overUdp('alias-loop.example', 'MX'))).toStrictEqual([
      'again.alias-loop.example',
      'alias-loop.example',
    ]);
  });

  it('knows the odd exchanges: a null MX, an address, localhost, different TTLs in one set', async () => {
    expect(data(await overUdp('null-mx.example', 'MX'))).toStrictEqual([{ preference: 0, exchange: '.' }]);
    expect(data(await overUdp('mx-address.example', 'MX'))).toMatchObject([{ exchange: '127.0.0.1' }]);
    expect(data(await overUdp('mx-localhost.example', 'MX'))).toMatchObject([{ exchange: 'localhost' }]);
    const { answers = [] } = await overUdp('mixed-ttl.example', 'MX');
    expect(answers.map((answer) => ('ttl' in answer ? answer.ttl : null))).toStrictEqual([3600, 60]);
  });

  it('resolves our own name and the way back', async () => {
    expect(data(await overUdp('probe.example', 'A'))).toStrictEqual(['127.0.0.1']);
    expect(data(await overUdp('1.0.0.127.in-addr.arpa', 'PTR'))).toStrictEqual(['probe.example']);
  });

  it('keeps the case of the question and is not moved by it (RFC 4343 section 4)', async () => {
    const answer = await overUdp('MoDeRn.eXaMpLe', 'MX');
    expect(answer.questions?.[0]?.name).toBe('MoDeRn.eXaMpLe');
    expect(data(answer)).toHaveLength(1);
  });

  it('remembers what was asked', async () => {
    await overTcp('tls11.example', 'MX');
    expect(lab.queries()).toContainEqual(
      expect.objectContaining({ over: 'tcp', name: 'tls11.example', type: 'MX' }),
    );
  });
});
