/** The prober that works from this process: its own sockets, its own manners, results shared among checks. */
import { createHandshakes } from './handshake.ts';
import type { Hello } from './handshake.ts';
import { turnedAway } from './manners.ts';
import type { Manners } from './manners.ts';
import type { ConnectionEvidence } from './probe-evidence.ts';
import type { NotMade, ProbeBounds, Prober, ProbeRequest, ProbeResult } from './prober.ts';
import { holdSession } from './session.ts';
import type { SessionTools } from './session.ts';
import { notMade, shareLooks } from './shared-looks.ts';
import type { SharedLooksOptions } from './shared-looks.ts';

export interface LocalProberOptions extends SharedLooksOptions {
  readonly bounds: ProbeBounds;
  /** A host name; empty: an address literal of each connection. */
  readonly ehloName: string;
  readonly manners: Manners;
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

export function createLocalProber(options: LocalProberOptions): LocalProber {
  const open = new Set<Promise<void>>();
  const tools: ProbeTools = { ...options, startHandshake: createHandshakes(options.trustedRoots), open };
  return {
    vantage: 'local',
    probe: shareLooks((request, ended) => probeAddress(request, tools, ended), options),
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
