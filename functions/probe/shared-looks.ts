/**
 * What stands before every visit to a mail server, whoever makes it: addresses and hosts that are never visited, and
 * one visit for all who ask for the same thing at about the same time.
 */
import { isPublicAddress } from '../dns/public-address.ts';
import type { Manners } from './manners.ts';
import type { NotMade, Prober, ProbeRequest, ProbeResult } from './prober.ts';
import { createSharedResults } from './shared-results.ts';

export interface SharedLooksOptions {
  readonly allowPrivate: boolean;
  readonly manners: Pick<Manners, 'forbids'>;
  /** How long a first look's result serves other checks. */
  readonly shareMs: number;
  /** The least time between a first and a second look; second looks closer together than that share a result. */
  readonly secondLookMs: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const MOST_RESULTS_KEPT = 256;

export function shareLooks(visit: Prober['probe'], options: SharedLooksOptions): Prober['probe'] {
  const { allowPrivate, manners, shareMs, secondLookMs, clock } = options;
  // By the wall clock: a process's own may stand still while Lambda freezes it, and results would not age.
  const sharing = { mostKept: MOST_RESULTS_KEPT, isWorthKeeping, clock };
  const firstLooks = createSharedResults<ProbeResult>({ ...sharing, keepMs: shareMs });
  const secondLooks = createSharedResults<ProbeResult>({ ...sharing, keepMs: secondLookMs });

  return async (request, signal) => {
    const { ip, port, serverName, host, look } = request;
    if (!allowPrivate && !isPublicAddress(ip)) return notMade(request, 'not-public');
    if (manners.forbids(host)) return notMade(request, 'never-probe');
    if (signal.aborted) return notMade(request, 'out-of-time');
    // The name sent as SNI picks the certificate, so a result belongs to all three.
    const key = `${ip} ${port} ${serverName}${look === 'host-name' ? ' alone' : ''}`;
    const shared = look === 'second' ? secondLooks : firstLooks;
    const result = await shared.get(key, (ended) => visit(request, ended), signal);
    if (result === null) return notMade(request, 'out-of-time');
    if (look === 'second') firstLooks.keep(key, result);
    return result;
  };
}

/** What says something of the server, and not only of the check that happened to ask. */
function isWorthKeeping(result: ProbeResult): boolean {
  return (
    result.attempt === 'made' && result.evidence.connections.every(({ end }) => end.cause !== 'out-of-time')
  );
}

export function notMade(
  { ip, port, serverName }: Pick<ProbeRequest, 'ip' | 'port' | 'serverName'>,
  because: NotMade,
  detail = '',
): ProbeResult {
  return { attempt: 'not-made', ip, port, serverName, because, detail };
}
