/** Probers that ask somebody else: what becomes of their request on the way says nothing of the mail server. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProber } from '../../functions/check-tools.ts';
import { readSettings } from '../../functions/environment.ts';
import { createAgentProber } from '../../functions/probe/agent-prober.ts';
import { readAgentWork } from '../../functions/probe/agent-work.ts';
import { createLambdaProber } from '../../functions/probe/lambda-prober.ts';
import { createManners } from '../../functions/probe/manners.ts';
import type { CommonManners } from '../../functions/probe/polite-prober.ts';
import { createPoliteProber } from '../../functions/probe/polite-prober.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
import { readProbeResult } from '../../functions/probe/probe-result.ts';
import type { Prober, ProbeRequest, ProbeResult } from '../../functions/probe/prober.ts';
import { CREDENTIALS, startAwsServices } from '../aws/aws-services.ts';
import type { AwsServices } from '../aws/aws-services.ts';
import { functionService } from '../aws/function-service.ts';
import type { EmulatedFunction } from '../aws/function-service.ts';
import { createTestQueue, queueService } from '../aws/queue-service.ts';

const request: ProbeRequest = {
  ip: '203.0.113.9',
  port: 25,
  serverName: 'mx.vendor.example',
  host: 'mx.vendor.example',
  look: 'first',
};
const { ip, port, serverName } = request;
const connection: ConnectionEvidence = {
  hello: 'modern',
  observedAt: '2026-11-22T01:02:03.456Z',
  tookMs: 12,
  localAddress: '198.51.100.9',
  connectedAtMs: 3,
  greeting: { code: 220, lines: ['mx.vendor.example ESMTP'] },
  ehlo: { command: 'EHLO', reply: { code: 250, lines: ['mx.vendor.example'] } },
  starttls: null,
  clearBytesAfterStartTls: 0,
  tls: null,
  ehloAfterTls: null,
  end: { stage: 'ehlo', cause: 'not-offered', detail: '' },
  transcript: [{ atMs: 3, from: 'server', line: '220 mx.vendor.example ESMTP' }],
};
const made: ProbeResult = {
  attempt: 'made',
  evidence: {
    ip,
    port,
    serverName,
    observedAt: connection.observedAt,
    tookMs: 12,
    connections: [connection],
  },
};
const notMade = (because: string, detail: unknown = '') => ({
  attempt: 'not-made',
  ip,
  port,
  serverName,
  because,
  detail,
});
const NEVER = new AbortController().signal;

describe('a result that comes over a wire', () => {
  test('is read when it is evidence of what was asked', () => {
    expect(readProbeResult(structuredClone(made), request)).toEqual(made);
    expect(readProbeResult(notMade('not-public'), request)).toEqual(notMade('not-public'));
  });

  test.each([
    ['nothing', null],
    ['a text', 'made'],
    ['an attempt of no kind', { attempt: 'maybe' }],
    ['a reason that is none', notMade('because')],
    ['another address', { attempt: 'made', evidence: { ...made.evidence, ip: '203.0.113.10' } }],
    ['another port', { attempt: 'made', evidence: { ...made.evidence, port: 587 } }],
    ['another name', { ...notMade('not-public'), serverName: 'other.example' }],
    ['no connection', { attempt: 'made', evidence: { ...made.evidence, connections: [] } }],
    ['no time', { attempt: 'made', evidence: { ...made.evidence, observedAt: 'now' } }],
    [
      'a stage that is none',
      {
        attempt: 'made',
        evidence: {
          ...made.evidence,
          connections: [{ ...connection, end: { ...connection.end, stage: 'mail' } }],
        },
      },
    ],
    [
      'a chain that is none',
      {
        attempt: 'made',
        evidence: {
          ...made.evidence,
          connections: [{ ...connection, tls: { version: 'TLSv1.3', chain: 7 } }],
        },
      },
    ],
    [
      'a greeting that acts on a screen',
      {
        attempt: 'made',
        evidence: {
          ...made.evidence,
          connections: [{ ...connection, greeting: { code: 220, lines: ['\u001b[2Jmx.example'] } }],
        },
      },
    ],
    [
      'a line that turns what follows around',
      {
        attempt: 'made',
        evidence: {
          ...made.evidence,
          connections: [
            { ...connection, transcript: [{ atMs: 1, from: 'server', line: '220 \u202eelpmaxe.xm' }] },
          ],
        },
      },
    ],
  ])('is no result when it has %s', (_, value) => {
    expect(readProbeResult(value, request)).toBeNull();
  });
});

let aws: AwsServices;
let answer: (event: unknown) => ReturnType<EmulatedFunction['invoke']>;
const called: EmulatedFunction = {
  name: 'probe',
  invoke: (event) => answer(event),
  log: () => '',
  restart: async () => {},
  timeoutSeconds: 3,
  throttled: 0,
};
const queue = createTestQueue({ name: 'agent', secondMs: 20, visibilitySeconds: 60, mostReceives: 100 });
beforeAll(async () => {
  aws = await startAwsServices([functionService([called]), queueService([queue])]);
});
afterAll(() => aws?.close());
beforeEach(() => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  called.throttled = 0;
});
afterEach(() => vi.unstubAllEnvs());

const lambdaProber = (functionName = 'probe') =>
  createLambdaProber({ functionName, endpoint: aws.endpoint, pauseMs: 1 });

const agentProber = (resultOf: (id: string) => Promise<unknown>, patienceMs = 5_000, name = 'agent') =>
  createAgentProber({
    queueUrl: `${aws.endpoint}/123456789012/${name}`,
    endpoint: aws.endpoint,
    resultOf,
    patienceMs,
    now: Date.now,
  });

describe('the probe function', () => {
  test('is asked with the request as it stands, and its result is the result', async () => {
    const events: unknown[] = [];
    answer = async (event) => {
      events.push(event);
      return { outcome: 'response', payload: made };
    };
    expect(await lambdaProber().probe(request, NEVER)).toEqual(made);
    expect(events).toEqual([request]);
  });

  test('is asked over a connection of its own: one kept from before a freeze may be dead, and nothing is asked twice', async () => {
    const used = new Set<Socket>();
    const lambda = createServer((asking, response) => {
      if (used.has(asking.socket)) asking.socket.destroy();
      else response.end(JSON.stringify(made));
      used.add(asking.socket);
    });
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
    const address = lambda.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const prober = createLambdaProber({ functionName: 'probe', endpoint, pauseMs: 1 });
    const probes = [await prober.probe(request, NEVER), await prober.probe(request, NEVER)];
    lambda.closeAllConnections();
    await new Promise((resolve) => lambda.close(resolve));
    expect(probes).toEqual([made, made]);
  });

  test('that is busy for a moment is asked again', async () => {
    answer = async () => ({ outcome: 'response', payload: made });
    called.throttled = 5;
    expect(await lambdaProber().probe(request, NEVER)).toEqual(made);
  });

  test('that stays busy is a probe that was not made', async () => {
    called.throttled = 100;
    expect(await lambdaProber().probe(request, NEVER)).toEqual(
      notMade('prober-failed', expect.stringContaining('TooManyRequestsException')),
    );
    expect(100 - called.throttled).toBe(6);
  });

  test('that fails or runs out of time is asked once, and is a probe that was not made', async () => {
    let asked = 0;
    answer = async () => {
      asked += 1;
      return {
        outcome: 'error',
        at: 'invoke',
        payload: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 90.00 seconds' },
      };
    };
    expect(await lambdaProber().probe(request, NEVER)).toEqual(
      notMade('prober-failed', expect.stringContaining('Task timed out')),
    );
    expect(asked).toBe(1);
  });

  test('that is not there, or answers something else, is a probe that was not made', async () => {
    expect(await lambdaProber('other').probe(request, NEVER)).toEqual(
      notMade('prober-failed', expect.stringContaining('ResourceNotFoundException')),
    );
    answer = async () => ({ outcome: 'response', payload: { ok: true } });
    expect(await lambdaProber().probe(request, NEVER)).toEqual(
      notMade('prober-failed', 'the answer is no result of this probe'),
    );
  });

  test('that takes longer than the check lasts is out of time', async () => {
    answer = () => new Promise(() => {});
    expect(await lambdaProber().probe(request, AbortSignal.timeout(50))).toEqual(notMade('out-of-time'));
  });
});

describe('an agent', () => {
  test('finds its work in the queue, and its result is the result', async () => {
    const results = new Map<string, unknown>();
    const probing = agentProber(async (id) => results.get(id) ?? null).probe(request, NEVER);
    const [message] = await vi.waitUntil(() => {
      const taken = queue.receive(1);
      return taken.length > 0 && taken;
    });
    const work = readAgentWork(message?.body ?? '');
    expect(work).toMatchObject({ request: { ip, serverName, host: request.host, look: 'first' } });
    results.set(work?.id ?? '', made);
    expect(await probing).toEqual(made);
  });

  test('that writes nothing in time, or something else, is a probe that was not made', async () => {
    expect(await agentProber(async () => null, 300).probe(request, NEVER)).toEqual(
      notMade('prober-failed', 'no agent took this probe in time'),
    );
    expect(await agentProber(async () => ({ ok: true })).probe(request, NEVER)).toEqual(
      notMade('prober-failed', 'what the agent wrote is no result of this probe'),
    );
  });

  test('whose queue is not there is a probe that was not made', async () => {
    expect(await agentProber(async () => null, 5_000, 'nowhere').probe(request, NEVER)).toMatchObject({
      attempt: 'not-made',
      because: 'prober-failed',
      detail: expect.stringMatching(/\S/),
    });
  });

  test('that is waited for longer than the check lasts is out of time', async () => {
    expect(await agentProber(async () => null).probe(request, AbortSignal.timeout(100))).toEqual(
      notMade('out-of-time'),
    );
  });

  test.each([
    '',
    '[]',
    '{"id":"a"}',
    JSON.stringify({ id: '../other', request, untilMs: 1 }),
    JSON.stringify({ id: crypto.randomUUID(), request: { ...request, ip: 'x' }, untilMs: 1 }),
  ])('takes no work that is none: %s', (body) => {
    expect(readAgentWork(body)).toBeNull();
  });
});

function chosen(name: string) {
  const read = readSettings({ MAILTLS_PROBER: name, MAILTLS_NEVER_PROBE: 'vendor.example' });
  if (!read.ok) throw new Error(name);
  return createProber(read.settings);
}

describe('MAILTLS_PROBER', () => {
  test.each(['local', 'lambda', 'agent', 'none'] as const)('%s chooses who connects', (name) => {
    expect(chosen(name).vantage).toBe(name);
  });

  test.each(['local', 'lambda', 'agent'])(
    '%s never visits a server that is not to be probed',
    async (name) => {
      expect(await chosen(name).probe({ ...request, ip: '8.8.8.8' }, NEVER)).toMatchObject({
        attempt: 'not-made',
        because: 'never-probe',
      });
    },
  );

  test('agent, where there is no deployment, is a probe that was not made', async () => {
    const other = { ...request, ip: '8.8.8.8', host: 'mx.other.example' };
    expect(await chosen('agent').probe(other, NEVER)).toMatchObject({
      attempt: 'not-made',
      because: 'prober-failed',
      detail: 'an agent works for a deployment on AWS alone',
    });
  });
});

describe('manners for a prober elsewhere', () => {
  const rules = {
    connectionsPerOperator: 2,
    operatorIntervalMs: 0,
    backOffMs: 900_000,
    neverProbe: ['never.example'],
    clock: () => performance.now(),
    isExempt: () => false,
  };
  const polite = (elsewhere: Prober['probe'], common: CommonManners | null = null) =>
    createPoliteProber(
      { vantage: 'lambda', probe: elsewhere },
      {
        manners: createManners(rules),
        common,
        allowPrivate: true,
        shareMs: 60_000,
        secondLookMs: 60_000,
        clock: Date.now,
      },
    );

  test('several checks of one server at a time are one visit', async () => {
    let visits = 0;
    const prober = polite(async () => {
      visits += 1;
      return made;
    });
    const results = await Promise.all([1, 2, 3].map(() => prober.probe(request, NEVER)));
    expect(results).toEqual([made, made, made]);
    expect(visits).toBe(1);
  });

  test('a server that turned us away is left alone here and everywhere', async () => {
    const alone: string[] = [];
    const refused: ProbeResult = {
      attempt: 'made',
      evidence: {
        ...made.evidence,
        connections: [
          {
            ...connection,
            greeting: { code: 421, lines: ['later'] },
            end: { stage: 'greeting', cause: 'reply', detail: '421 later' },
          },
        ],
      },
    };
    const prober = polite(async () => refused, {
      turn: async () => ({ granted: true, done: async () => {} }),
      leaveAlone: async (host) => void alone.push(host),
    });
    expect(await prober.probe(request, NEVER)).toEqual(refused);
    const other = { ...request, ip: '203.0.113.10' };
    expect(await prober.probe(other, NEVER)).toMatchObject({ attempt: 'not-made', because: 'backing-off' });
    expect(alone).toEqual(['mx.vendor.example']);
  });

  test('nobody is asked where all processes together say no, and a turn is given back when the visit is over', async () => {
    const events: string[] = [];
    const refusing = polite(
      async () => {
        events.push('visited');
        return made;
      },
      {
        turn: async () => ({ granted: false, because: 'backing-off' }),
        leaveAlone: async () => {},
      },
    );
    expect(await refusing.probe(request, NEVER)).toEqual(notMade('backing-off'));
    expect(events).toEqual([]);
    const granting = polite(
      async () => {
        events.push('visited');
        return made;
      },
      {
        turn: async () => ({ granted: true, done: async () => void events.push('given back') }),
        leaveAlone: async () => {},
      },
    );
    await granting.probe(request, NEVER);
    await granting.allClosed();
    expect(events).toEqual(['visited', 'given back']);
  });

  test('a host that is never to be probed is not asked about elsewhere either', async () => {
    const prober = polite(() => Promise.reject(new Error('asked')));
    expect(await prober.probe({ ...request, host: 'mx.never.example' }, NEVER)).toEqual(
      notMade('never-probe'),
    );
  });
});
