/** The probe function as it would be deployed: its bundle in a process of its own, asked about servers of the lab. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ProbeRequest } from '../functions/probe/prober.ts';
import { type Lab, startLab } from './lab/start-lab.ts';
import { type BundledDoor, bundledDoor } from './lambda/bundled-function.ts';
import type { LambdaFunction } from './lambda/lambda-function.ts';

let lab: Lab;
let door: BundledDoor;
let probe: LambdaFunction;

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  door = bundledDoor('probe');
  probe = await door.start(environment());
});
afterAll(async () => {
  await probe?.close();
  door?.remove();
  await lab?.close();
});

const environment = (change: Readonly<Record<string, string>> = {}) => ({
  ...lab.environment,
  MAILTLS_EHLO_NAME: 'probe.us.example',
  ...change,
});

/** One test's own process. */
async function started(change: Readonly<Record<string, string>>, seconds?: number): Promise<LambdaFunction> {
  const other = await door.start(environment(change), seconds);
  onTestFinished(() => other.close());
  return other;
}

const asked = (host: string): ProbeRequest => ({
  ip: lab.addresses(host)[0] ?? '',
  port: lab.smtpPort,
  serverName: host,
  host,
  look: 'first',
});
const said = (host: string): string[] => lab.connections(asked(host).ip).flatMap(({ commands }) => commands);

test('a server that encrypts is probed, and left with QUIT before the function answers', async () => {
  const { payload } = await probe.invoke(asked('mx.modern.example'));
  expect(payload).toMatchObject({
    attempt: 'made',
    evidence: {
      ip: asked('mx.modern.example').ip,
      port: lab.smtpPort,
      serverName: 'mx.modern.example',
      connections: [{ tls: { version: 'TLSv1.3' }, end: { stage: 'quit', cause: 'completed' } }],
    },
  });
  expect(said('mx.modern.example').at(-1)).toBe('QUIT');
});

test('port and EHLO name of an event are not looked at', async () => {
  const { payload } = await probe.invoke({
    ...asked('mx.postfix.example'),
    port: 443,
    ehloName: 'evil.example',
  });
  expect(payload).toMatchObject({ attempt: 'made', evidence: { port: lab.smtpPort } });
  expect(said('mx.postfix.example')[0]).toBe('EHLO probe.us.example');
});

test('a look by the host’s own name is one connection, here too', async () => {
  const { ip } = asked('mx.tls10.example');
  const { payload } = await probe.invoke({ ...asked('mx.tls10.example'), look: 'host-name' });
  expect(payload).toMatchObject({ attempt: 'made', evidence: { connections: [{ hello: 'modern' }] } });
  expect(lab.connections(ip)).toHaveLength(1);
});

test('an address that is not public is refused here as well, whoever checked it before', async () => {
  const strict = await started({ MAILTLS_ALLOW_PRIVATE: 'false' });
  const before = lab.connections(asked('mx.exim.example').ip).length;
  expect(await strict.invoke(asked('mx.exim.example'))).toEqual({
    outcome: 'response',
    payload: {
      attempt: 'not-made',
      ip: asked('mx.exim.example').ip,
      port: lab.smtpPort,
      serverName: 'mx.exim.example',
      because: 'not-public',
      detail: '',
    },
  });
  expect(lab.connections(asked('mx.exim.example').ip)).toHaveLength(before);
});

test('a server still silent when Lambda’s time runs out is out of time, in an answer', async () => {
  const short = await started({}, 13);
  expect(await short.invoke(asked('mx.silent.example'))).toMatchObject({
    payload: { attempt: 'made', evidence: { connections: [{ end: { cause: 'out-of-time' } }] } },
  });
});

test.each([
  [{ domain: 'modern.example' }],
  [null],
  [{ ip: 'mx.modern.example', serverName: 'a.example', host: 'a.example', look: 'first' }],
  [{ ip: '127.0.0.1', serverName: 'a.example\r\nDATA', host: 'a.example', look: 'first' }],
  [{ ip: '127.0.0.1', serverName: 'a.example', host: 'a.example', look: 'third' }],
])('what is no probe request is a mistake of the caller: %j', async (event) => {
  expect(await probe.invoke(event)).toMatchObject({
    outcome: 'error',
    at: 'invoke',
    payload: { errorMessage: 'the event is not a probe request' },
  });
});

test('what the function logs names no host and no address', () => {
  expect(probe.log()).not.toContain('.example');
});
