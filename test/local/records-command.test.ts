import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMtaStsPolicy } from '../../functions/policy/mta-sts/policy.ts';
import { recordsSchema } from '../../functions/presenters/records-schema.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
let environment: Record<string, string>;

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  environment = {
    ...lab.environment,
    MAILTLS_GREETING_TIMEOUT_MS: '1000',
    MAILTLS_DNS_TIMEOUT_MS: '1000',
  };
});
afterAll(() => lab.close());

const records = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runMailtls(['records', ...args], { environment: { ...environment, ...more } });

/** The key that the server at an address shows, as an independent client meets it. */
function keyDigest(ip: string, servername: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(lab.smtpPort, ip).setEncoding('latin1');
  const commands = ['EHLO client.example\r\n', 'STARTTLS\r\n'];
  socket.on('error', reject);
  socket.on('data', function read(text: string) {
    if (!/^\d{3} .*\r\n$/m.test(text)) return;
    const command = commands.shift();
    if (command !== undefined) {
      socket.write(command);
      return;
    }
    socket.off('data', read);
    const secure = connectTls({ socket, servername, rejectUnauthorized: false }, () => {
      const { publicKey } = secure.getPeerX509Certificate() ?? {};
      const der = publicKey?.export({ type: 'spki', format: 'der' }) ?? '';
      resolve(createHash('sha256').update(der).digest('hex'));
      secure.destroy();
    });
    secure.on('error', reject);
  });
  return promise;
}

describe('a domain that publishes nothing', () => {
  test('is given the key its server shows, a policy that names the server, and the order', async () => {
    const run = await records(['modern.example']);
    expect(run).toMatchObject({ status: 1, error: '' });
    expect(run.out).toMatch(/^modern\.example: encrypted, not enforced \(checked 2\d{3}-/);
    const [ip = ''] = lab.addresses('mx.modern.example');
    const digest = await keyDigest(ip, 'mx.modern.example');
    expect(run.out).toContain(`_25._tcp.mx.modern.example. IN TLSA 3 1 1 ${digest}\n`);
    const order = ['_smtp._tls', 'mode: testing', 'reports without failures', 'mode: enforce', 'IN TLSA'];
    const places = order.map((text) => run.out.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test('gets the same as JSON, with a policy that our own parser reads', async () => {
    const { out } = await records(['--json', 'modern.example']);
    const { domain, answer, steps } = recordsSchema.parse(JSON.parse(out));
    expect({ domain, answer }).toEqual({ domain: 'modern.example', answer: 'opportunistic' });
    const bodies = steps.flatMap((step) => (step.step === 'publish-file' ? [step.body] : []));
    expect(bodies.map((body) => parseMtaStsPolicy(body))).toMatchObject([
      { status: 'valid', policy: { mode: 'testing', mx: ['mx.modern.example'] } },
      { status: 'valid', policy: { mode: 'enforce', mx: ['mx.modern.example'] } },
    ]);
  });

  test('has to encrypt before it may say that senders should insist', async () => {
    const { status, out } = await records(['no-starttls.example']);
    expect(status).toBe(1);
    expect(out.indexOf('Make every address of mx.no-starttls.example offer encryption')).toBeGreaterThan(0);
    expect(out.indexOf('Make every address')).toBeLessThan(out.indexOf('mode: testing'));
    expect(out).not.toContain('IN TLSA');
  });

  test('gets no TLSA record for a key that was not seen', async () => {
    const { out } = await records(['silent.example']);
    expect(out).toContain('See that mx.silent.example can be tested; what it shows is not known.');
    expect(out).not.toContain('IN TLSA');
  });
});

test.each([
  [['null-mx.example'], 3, 'null-mx.example takes no mail, so there is nothing to publish'],
  [['mx-localhost.example'], 4, 'Let its MX records name hosts with public addresses first.'],
  [['no-such-name.example'], 4, 'There is no domain no-such-name.example'],
  [['servfail.example'], 2, 'We cannot say'],
  [['nodots'], 64, 'single word without a dot'],
  [[], 64, 'It takes one domain. Try: mailtls records vendor.com'],
  [['a.example', 'b.example'], 64, 'It takes one domain'],
  [['--colour'], 64, 'There is no option "--colour"'],
])('mailtls records %j prints no records, and why; it ends with %i', async (args, status, sentence) => {
  const run = await records(args);
  expect(run).toMatchObject({ status, out: '' });
  expect(run.error).toContain(sentence);
});

test('--help has an example to copy', async () => {
  const run = await records(['--help']);
  expect(run).toMatchObject({ status: 0, error: '' });
  expect(run.out).toMatch(/^ {2}mailtls records vendor\.com/m);
});
