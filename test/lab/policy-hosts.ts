/**
 * The MTA-STS policy hosts of the lab: each on its own address, all on one port, as `MAILTLS_HTTPS_PORT` is one
 * setting.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Authority } from './authority.ts';
import { listen } from './listener.ts';
import type { Pace } from './mail-servers.ts';
import type { PolicyPosture } from './policy-posture.ts';
import type { PlacedPolicyHost } from './zone.ts';

/** Who came to a policy host. */
export interface PolicyVisits {
  readonly connections: number;
  /** As `GET /path`, the first one first. */
  readonly requests: readonly string[];
}

export interface PolicyHosts {
  readonly port: number;
  /** By policy domain. */
  readonly visits: ReadonlyMap<string, PolicyVisits>;
  readonly close: () => Promise<void>;
}

const ATTEMPTS = 10;
const ENDLESS_EVERY_SECONDS = 0.05;

/** Takes a port that is free on every address; another lab beside this one, or anything else, may hold some. */
export async function startPolicyHosts(
  hosts: readonly PlacedPolicyHost[],
  authority: Authority,
  pace: Pace,
): Promise<PolicyHosts> {
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryToStart(hosts, authority, pace);
    if (!(started instanceof Error)) return started;
    if (attempt === ATTEMPTS) throw started;
  }
}

async function tryToStart(
  hosts: readonly PlacedPolicyHost[],
  authority: Authority,
  { delayMs, secondMs }: Pace,
): Promise<PolicyHosts | Error> {
  const visits = new Map<string, PolicyVisits>();
  // Holding this address for as long as the lab runs keeps two labs from taking the same port.
  const first = await listen('127.26.255.254', 0, (socket) => socket.destroy(), 0);
  const closing = [first.close];
  const close = async (): Promise<void> => {
    await Promise.all(closing.map((end) => end()));
  };
  const outcomes = await Promise.allSettled(
    hosts.map(async (host) => {
      const seen = { connections: 0, requests: [] };
      visits.set(host.domain, seen);
      const { port } = first;
      closing.push((await listen(host.ip, port, accept(host, seen, authority, secondMs), delayMs)).close);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { port: first.port, visits, close };
  await close();
  return failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason));
}

/** The certificate is made at the first connection. */
function accept(
  { domain, posture }: PlacedPolicyHost,
  visits: { connections: number; readonly requests: string[] },
  authority: Authority,
  secondMs: number,
): (socket: Socket) => void {
  let server: Server | null = null;
  const make = (): Server =>
    createServer(
      authority.credentials(posture.certificate ?? 'sound', `mta-sts.${domain}`),
      (request, response) => {
        visits.requests.push(`${request.method} ${request.url}`);
        answer(posture, domain, request, response, secondMs);
      },
    ).on('tlsClientError', () => {});
  return (socket) => {
    visits.connections += 1;
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    if (posture.instead === 'reset') {
      socket.resetAndDestroy();
      return;
    }
    server ??= make();
    server.emit('connection', socket);
  };
}

function answer(
  posture: PolicyPosture,
  domain: string,
  { socket }: IncomingMessage,
  response: ServerResponse,
  secondMs: number,
): void {
  const {
    policy = [],
    lineEnd = '\n',
    status = 200,
    headers = {},
    mediaType = 'text/plain',
    instead,
  } = posture;
  if (instead === 'silence') return;
  if (instead === 'not-http') {
    socket.write('220 not a web server\r\n');
    return;
  }
  const inDomain = (text: string): string => text.replaceAll('{domain}', domain);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, inDomain(value));
  if (mediaType !== null) response.setHeader('content-type', mediaType);
  response.statusCode = status;
  if (instead !== 'endless') {
    response.end(policy.map((line) => inDomain(line) + lineEnd).join(''));
    return;
  }
  const timer = setInterval(() => response.write('x'), ENDLESS_EVERY_SECONDS * secondMs);
  response.once('close', () => clearInterval(timer));
}
