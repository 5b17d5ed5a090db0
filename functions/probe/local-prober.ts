/** The prober that works from this process: its own sockets, its own manners, results shared among checks. */
import { isPublicAddress } from '../dns/public-address.ts';
import { createHandshakes } from './handshake.ts';
import type { Hello } from './handshake.ts';
import { turnedAway } from './manners.ts';
import type { Manners } from './manners.ts';
import type { ConnectionEvidence } from './probe-evidence.ts';
import type { NotMade, ProbeBounds, Prober, ProbeRequest, ProbeResult } from './prober.ts';
import { holdSession } from './session.ts';
import type { SessionTools } from './session.ts';
import { createSharedResults } from './shared-results.ts';

export interface LocalProberOptions {
  readonly bounds: ProbeBounds;
  /** A host name; empty: an address literal of each connection. */
  readonly ehloName: string;
  readonly allowPrivate: boolean;
  readonly manners: Manners;
  /** How long a first look's result serves other checks. */
  readonly shareMs: number;
  /** The least time between a first and a second look; second looks closer together than that share a result. */
  readonly secondLookMs: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Certificates in PEM to trust instead of the machine's. */
  readonly trustedRoots?: readonly string[];
}

export interface LocalProber extends Prober {
  /**
   * Resolves when no connection is open. A probe’s result comes as soon as there is nothing more to learn, and
   * the server’s reply to QUIT a little later: whoever ends or freezes the process waits for this first.
   */
  readonly allClosed: () => Promise<void>;
}

const MOST_RESULTS_KEPT = 256;

export function createLocalProber(options: LocalProberOptions): LocalProber {
  const { allowPrivate, manners, shareMs, secondLookMs } = options;
  const open = new Set<Promise<void>>();
  const tools: ProbeTools = { ...options, startHandshake: createHandshakes(options.trustedRoots), open };
  // By the wall clock: a process's own may stand still while Lambda freezes it, and results would not age.
  const sharing = { mostKept: MOST_RESULTS_KEPT, isWorthKeeping, clock: options.clock };
  const firstLooks = createSharedResults<ProbeResult>({ ...sharing, keepMs: shareMs });
  const secondLooks = createSharedResults<ProbeResult>({ ...sharing, keepMs: secondLookMs });

  return {
    vantage: 'local',
    async probe(request, signal) {
      const { ip, port, serverName, host, look } = request;
      if (!allowPrivate && !isPublicAddress(ip)) return notMade(request, 'not-public');
      if (manners.forbids(host)) return notMade(request, 'never-probe');
      if (signal.aborted) return notMade(request, 'out-of-time');
      // The name sent as SNI picks the certificate, so a result belongs to all three.
      const key = `${ip} ${port} ${serverName}${look === 'host-name' ? ' alone' : ''}`;
      const shared = look === 'second' ? secondLooks : firstLooks;
      const result = await shared.get(key, (ended) => probeAddress(request, tools, ended), signal);
      if (result === null) return notMade(request, 'out-of-time');
      if (look === 'second') firstLooks.keep(key, result);
      return result;
    },
    async allClosed() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}

interface ProbeTools extends SessionTools {
  readonly manners: Manners;
  /** One for each connection, until nothing is left of it. */
  readonly open: Set<Promise<void>>;
}

/** One connection, and a second one with the legacy hello where a first look came to nothing in the handshake. */
async function probeAddress(
  request: ProbeRequest,
  tools: ProbeTools,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const first = await connectOnce(request, 'modern', tools, signal);
  if (!first.made) return notMade(request, first.because, first.detail);
  const connections: [ConnectionEvidence, ...ConnectionEvidence[]] = [first.evidence];
  const { stage, cause } = first.evidence.end;
  if (stage === 'handshake' && cause !== 'out-of-time' && request.look !== 'host-name') {
    await first.gone;
    const second = await connectOnce(request, 'legacy', tools, signal);
    if (second.made) connections.push(second.evidence);
  }
  const { ip, port, serverName } = request;
  const { observedAt } = first.evidence;
  const tookMs = connections.reduce((sum, connection) => sum + connection.tookMs, 0);
  return { attempt: 'made', evidence: { ip, port, serverName, observedAt, tookMs, connections } };
}

type Once =
  | { readonly made: true; readonly evidence: ConnectionEvidence; readonly gone: Promise<void> }
  | { readonly made: false; readonly because: NotMade; readonly detail: string };

async function connectOnce(
  { ip, port, serverName, host, look }: ProbeRequest,
  hello: Hello,
  tools: ProbeTools,
  signal: AbortSignal,
): Promise<Once> {
  const { manners, open } = tools;
  const turn = await manners.turn({ host, ip, look }, signal);
  if (!turn.granted) return { made: false, because: turn.because, detail: '' };
  let left = Promise.resolve();
  try {
    const { gone, ...session } = await holdSession({ ip, port, serverName, hello }, tools, signal);
    left = gone;
    if (!session.held) return { made: false, because: 'prober-failed', detail: session.detail };
    if (turnedAway(session.evidence)) manners.leaveAlone(host, ip);
    return { made: true, evidence: session.evidence, gone };
  } finally {
    open.add(left);
    void left.finally(() => {
      open.delete(left);
      turn.done();
    });
  }
}

/** What says something of the server, and not only of the check that happened to ask. */
function isWorthKeeping(result: ProbeResult): boolean {
  return (
    result.attempt === 'made' && result.evidence.connections.every(({ end }) => end.cause !== 'out-of-time')
  );
}

function notMade({ ip, port, serverName }: ProbeRequest, because: NotMade, detail = ''): ProbeResult {
  return { attempt: 'not-made', ip, port, serverName, because, detail };
}
