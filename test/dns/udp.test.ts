import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { udpTransport } from '../../functions/dns/udp.ts';
import type { Asked } from './scripted-server.ts';
import { a, mx, portOf, reply, scriptedServer } from './scripted-server.ts';

const QUERY = { name: 'vendor.example', type: 'MX', checkingDisabled: false } as const;
const TRUE = [mx('vendor.example', 10, 'mx.vendor.example')];
const FORGED = [mx('vendor.example', 0, 'mx.evil.example')];
const GIVES_UP_MS = 250;

const truth = ({ packet }: Asked) => reply(packet, { answers: TRUE });
const truncated = ({ packet }: Asked) => [reply(packet, { truncated: true })];

/** The exchanges of the records that came back, or why none did. */
async function ask(port: number, timeoutMs = 5000, ip = '127.0.0.1') {
  const transport = udpTransport(ip, port, timeoutMs);
  const exchange = await transport.exchange(QUERY);
  transport.close();
  if (exchange.status !== 'reply') return `${exchange.status} ${exchange.detail}`.trim();
  return exchange.reply.records.map(({ data }) => data.exchange).join(' ');
}

const askServer = async (...said: ((asked: Asked) => Buffer)[]) => {
  const server = await scriptedServer((asked) => said.map((message) => message(asked)));
  return ask(server.port, GIVES_UP_MS);
};

test.each(['127.0.0.1', '::1'])('a query over UDP to %s is answered', async (ip) => {
  const server = await scriptedServer(({ packet }) => [reply(packet, { answers: TRUE })], ip);
  expect(await ask(server.port, 5000, ip)).toBe('mx.vendor.example');
  expect(udpTransport(ip, 53, 1).name).toBe(ip === '::1' ? 'udp://[::1]:53' : 'udp://127.0.0.1:53');
});

describe('what a forger sends before the true answer is dropped, and the wait goes on', () => {
  test.each<[string, (asked: Asked) => Buffer]>([
    ['a wrong id', ({ packet }) => reply(packet, { id: ((packet.id ?? 0) + 1) & 0xffff, answers: FORGED })],
    [
      'a wrong name',
      ({ packet }) => reply(packet, { questions: [{ name: 'evil.example', type: 'MX' }], answers: FORGED }),
    ],
    [
      'a wrong type',
      ({ packet }) => reply(packet, { questions: [{ name: 'vendor.example', type: 'A' }], answers: FORGED }),
    ],
    ['no question', ({ packet }) => reply(packet, { questions: [], answers: FORGED })],
    ['garbage', () => Buffer.from('not a DNS message at all')],
    ['three octets', () => Buffer.from([1, 2, 3])],
    [
      'our own query',
      ({ packet }) => {
        const echo = reply(packet);
        echo.writeUInt8(echo.readUInt8(2) & 0x7f, 2);
        return echo;
      },
    ],
  ])('%s', async (_, forged) => {
    expect(await askServer(forged, truth)).toBe('mx.vendor.example');
    expect(await askServer(forged)).toBe('timeout');
  });

  test('the right id and question, from another port of the same address', async () => {
    const forger = createSocket('udp4');
    onTestFinished(() => void forger.close());
    const server = await scriptedServer(async ({ packet, client }) => {
      if (client !== null) {
        await new Promise((resolve) =>
          forger.send(reply(packet, { answers: FORGED }), client.port, client.address, resolve),
        );
      }
      return [reply(packet, { answers: TRUE })];
    });
    expect(await ask(server.port)).toBe('mx.vendor.example');
  });
});

test('ids and source ports differ from query to query', async () => {
  const server = await scriptedServer(({ packet }) => [reply(packet)]);
  for (let count = 0; count < 8; count += 1) await ask(server.port);
  expect(new Set(server.seen.map(({ packet }) => packet.id)).size).toBeGreaterThan(4);
  expect(new Set(server.seen.map(({ client }) => client?.port)).size).toBeGreaterThan(4);
});

test('a broken message under our id is malformed', async () => {
  expect(await askServer(({ packet }) => reply(packet, { answers: TRUE }).subarray(0, -1))).toBe('malformed');
});

test('a lost query is sent again, the same', async () => {
  let dropped = 0;
  const server = await scriptedServer(({ packet }) => {
    dropped += 1;
    return dropped === 1 ? [] : [reply(packet, { answers: TRUE })];
  });
  expect(await ask(server.port, 600)).toBe('mx.vendor.example');
  const [first, second] = server.seen;
  expect([second?.packet.id, second?.client?.port]).toEqual([first?.packet.id, first?.client?.port]);
});

test('a port where nobody listens refuses', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  expect(await ask(port)).toBe('refused ECONNREFUSED');
});

test('closing ends what is under way', async () => {
  const asked = Promise.withResolvers<void>();
  const server = await scriptedServer(() => {
    asked.resolve();
    return [];
  });
  const transport = udpTransport('127.0.0.1', server.port, 60_000);
  const exchange = transport.exchange(QUERY);
  await asked.promise;
  transport.close();
  expect(await exchange).toEqual({ status: 'refused', detail: 'closed' });
});

describe('a truncated answer is asked for again over TCP', () => {
  test('and read whole, in however many pieces it comes', async () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      mx('vendor.example', index, `mx${index}.vendor.example`),
    );
    const server = await scriptedServer((asked) =>
      asked.over === 'udp' ? truncated(asked) : [reply(asked.packet, { answers: many })],
    );
    expect((await ask(server.port)).split(' ').length).toBe(1000);
    expect(server.seen.map(({ over }) => over)).toEqual(['udp', 'tcp']);
    expect(server.seen[1]?.packet).toEqual(server.seen[0]?.packet);
  });

  test.each<[string, (asked: Asked) => Buffer[], string]>([
    ['truncated there as well', truncated, 'malformed not an answer to the query sent over TCP'],
    [
      'another id',
      ({ packet }) => [reply(packet, { id: ((packet.id ?? 0) + 1) & 0xffff })],
      'malformed not an answer to the query sent over TCP',
    ],
    ['cut short', ({ packet }) => [reply(packet, { answers: TRUE }).subarray(0, -1)], 'malformed'],
    ['silence', () => [], 'timeout'],
  ])('%s', async (_, overTcp, expected) => {
    const server = await scriptedServer((asked) =>
      asked.over === 'udp' ? truncated(asked) : overTcp(asked),
    );
    expect(await ask(server.port, GIVES_UP_MS)).toBe(expected);
  });

  test('a server that closes or has no TCP port refuses', async () => {
    const udp = createSocket('udp4');
    const tcp = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end());
    });
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const port = portOf(tcp.address());
    udp.on('message', (bytes, { port, address }) => {
      const message = Buffer.from(bytes);
      message.writeUInt16BE(0x8380, 2);
      udp.send(message, port, address);
    });
    await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
    onTestFinished(() => void udp.close());
    expect(await ask(port)).toBe('refused TCP connection closed without an answer');
    await new Promise((resolve) => tcp.close(resolve));
    expect(await ask(port)).toBe('refused ECONNREFUSED');
  });
});

test('two queries at once have each their own answer', async () => {
  const both = Promise.withResolvers<void>();
  const server = await scriptedServer(async ({ packet, name }) => {
    if (server.seen.length === 2) both.resolve();
    await both.promise;
    return [reply(packet, { answers: [a(name, name === 'one.example' ? '192.0.2.1' : '192.0.2.2')] })];
  });
  const transport = udpTransport('127.0.0.1', server.port, 5000);
  const exchanges = await Promise.all(
    ['one.example', 'two.example'].map((name) =>
      transport.exchange({ name, type: 'A', checkingDisabled: false }),
    ),
  );
  expect(exchanges.map((exchange) => exchange.status === 'reply' && exchange.reply.records[0]?.data)).toEqual(
    ['192.0.2.1', '192.0.2.2'],
  );
});
