/**
 * Good manners for a prober that works elsewhere, and for many processes that ask it: before a server is visited, its
 * turn has come both in this process and among all of them. Asked at the same time for the same thing, all get one
 * result, and what a probe saw a moment ago serves the next one.
 */
import type { LocalProber } from './local-prober.ts';
import { turnedAway } from './manners.ts';
import type { Manners } from './manners.ts';
import type { Prober, ProbeRequest, ProbeResult } from './prober.ts';
import { notMade, shareLooks } from './shared-looks.ts';
import type { SharedLooksOptions } from './shared-looks.ts';

/** Permission that holds for every process, and is given back. */
export type CommonTurn =
  | { readonly granted: true; readonly done: () => Promise<void> }
  | { readonly granted: false; readonly because: 'backing-off' | 'out-of-time' };

/** What all processes keep together. */
export interface CommonManners {
  readonly turn: (
    request: Pick<ProbeRequest, 'host' | 'ip' | 'look'>,
    signal: AbortSignal,
  ) => Promise<CommonTurn>;
  readonly leaveAlone: (host: string, ip: string) => Promise<void>;
}

export interface PoliteProberOptions extends SharedLooksOptions {
  readonly manners: Manners;
  /** Null: this process is the only one. */
  readonly common: CommonManners | null;
}

export function createPoliteProber(elsewhere: Prober, options: PoliteProberOptions): LocalProber {
  const { manners, common } = options;
  const givingBack = new Set<Promise<void>>();

  async function visit(request: ProbeRequest, signal: AbortSignal): Promise<ProbeResult> {
    const here = await manners.turn(request, signal);
    if (!here.granted) return notMade(request, here.because);
    try {
      const everywhere = (await common?.turn(request, signal)) ?? null;
      if (everywhere?.granted === false) return notMade(request, everywhere.because);
      try {
        const result = await elsewhere.probe(request, signal);
        if (result.attempt === 'made' && result.evidence.connections.some(turnedAway)) {
          manners.leaveAlone(request.host, request.ip);
          await common?.leaveAlone(request.host, request.ip);
        }
        return result;
      } finally {
        giveBack(everywhere?.done());
      }
    } finally {
      here.done();
    }
  }

  function giveBack(given: Promise<void> | undefined): void {
    if (given === undefined) return;
    givingBack.add(given);
    void given.finally(() => givingBack.delete(given));
  }

  return {
    vantage: elsewhere.vantage,
    probe: shareLooks(visit, options),
    async allClosed() {
      while (givingBack.size > 0) await Promise.all(givingBack);
    },
  };
}
