/**
 * Asking the canaries. What happens on the way to a server that is known to be up, to offer STARTTLS and to
 * show a valid certificate, happens on our side: a closed port 25, a firewall that masks STARTTLS, an antivirus
 * in the middle.
 */
import { X509Certificate } from 'node:crypto';
import type { Resolver } from '../dns/answer.ts';
import type { CanaryEvidence, EgressEvidence } from './egress-evidence.ts';
import type { Cause, ConnectionEvidence, Stage, TlsEvidence } from './probe-evidence.ts';
import type { Prober, ProbeResult } from './prober.ts';
import { createSharedResults } from './shared-results.ts';

export interface EgressTools {
  readonly resolver: Resolver;
  readonly prober: Prober;
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

type Outcome = Pick<CanaryEvidence, 'outcome' | 'detail'>;

/**
 * Asks every canary over every address family it has, side by side.
 * @param canaries host names, A-labels, no trailing dot
 */
export async function checkEgress(
  canaries: readonly string[],
  tools: EgressTools,
  signal: AbortSignal,
): Promise<EgressEvidence> {
  const observedAt = new Date(tools.clock()).toISOString();
  const asked = await Promise.all(canaries.map((host) => askCanary(host, tools, signal)));
  return { observedAt, canaries: asked.flat() };
}

/** States how canaries are asked by whoever has a doubt: a state younger than `keepMs` is given again. */
export function createEgressWatch(
  canaries: readonly string[],
  tools: EgressTools,
  keepMs: number,
): (signal: AbortSignal) => Promise<EgressEvidence> {
  const states = createSharedResults<EgressEvidence>({
    keepMs,
    mostKept: 1,
    isWorthKeeping: (state) => state.canaries.every(({ outcome }) => outcome !== 'not-tested'),
    clock: tools.clock,
  });
  return async (signal) => {
    const state = await states.get('canaries', (ended) => checkEgress(canaries, tools, ended), signal);
    return state ?? { observedAt: new Date(tools.clock()).toISOString(), canaries: canaries.map(notTested) };
  };
}

async function askCanary(host: string, tools: EgressTools, signal: AbortSignal): Promise<CanaryEvidence[]> {
  const { resolver, prober, port } = tools;
  const [a, aaaa] = await Promise.all([
    resolver.lookUp(host, 'A', signal),
    resolver.lookUp(host, 'AAAA', signal),
  ]);
  const addresses = [a, aaaa].flatMap((answer) =>
    answer.outcome === 'records' ? answer.records.slice(0, 1) : [],
  );
  if (signal.aborted && addresses.length === 0) return [notTested(host)];
  if (addresses.length === 0) {
    return [{ host, ip: null, outcome: 'not-found', detail: `A: ${a.outcome}, AAAA: ${aaaa.outcome}` }];
  }
  return Promise.all(
    addresses.map(async (ip) => {
      // A second look is made afresh: what the canary did an hour ago says nothing of our side now.
      const result = await prober.probe({ ip, port, serverName: host, host, look: 'second' }, signal);
      return { host, ip, ...assessCanary(host, result) };
    }),
  );
}

function assessCanary(host: string, result: ProbeResult): Outcome {
  if (result.attempt === 'not-made') return { outcome: 'not-tested', detail: result.because };
  const connection = result.evidence.connections.at(-1) ?? result.evidence.connections[0];
  if (connection.tls !== null) return assessCertificate(host, connection.tls);
  return assessEnd(connection.end);
}

function assessCertificate(host: string, { chain, chainError }: TlsEvidence): Outcome {
  if (chainError !== null) return { outcome: 'tampered', detail: `certificate: ${chainError}` };
  const certificate = readCertificate(chain[0]?.derBase64 ?? '');
  if (certificate === null) return { outcome: 'tampered', detail: 'certificate: unreadable' };
  // RFC 6125 section 6.4: the host must be among the DNS-IDs; the common name does not count.
  const named = certificate.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined;
  return named
    ? { outcome: 'clear', detail: '' }
    : { outcome: 'tampered', detail: `certificate: not for ${host}` };
}

/** Null where it was too large to be kept, or what came from a prober elsewhere is none. */
function readCertificate(derBase64: string): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(derBase64, 'base64'));
  } catch {
    return null;
  }
}

/** A canary is up and offers STARTTLS, so where a session with it ends tells what our side did. */
function assessEnd({ stage, cause, detail }: ConnectionEvidence['end']): Outcome {
  const words = `${stage}: ${cause}${detail === '' ? '' : ` (${detail})`}`;
  if (cause === 'out-of-time') return { outcome: 'not-tested', detail: words };
  if (stage === 'connect') return { outcome: 'no-connection', detail: words };
  if (NOT_ITS_OWN_WORDS.has(cause)) return { outcome: 'tampered', detail: words };
  // RFC 5321 section 4.2.1: 4yz is a passing trouble, and may be the canary's own.
  const passing = stage === 'starttls' && cause === 'reply' && detail.startsWith('4');
  return { outcome: passing || BEFORE_THE_OFFER.has(stage) ? 'refused' : 'tampered', detail: words };
}

const NOT_ITS_OWN_WORDS: ReadonlySet<Cause> = new Set(['not-offered', 'malformed', 'too-long']);

/** A server that turns somebody away this early may do so because of who we are. */
const BEFORE_THE_OFFER: ReadonlySet<Stage> = new Set(['greeting', 'ehlo', 'helo']);

const notTested = (host: string): CanaryEvidence => ({
  host,
  ip: null,
  outcome: 'not-tested',
  detail: 'out-of-time',
});
