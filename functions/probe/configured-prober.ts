/** The local prober, and the manners of any, as the settings have them: the same wherever they run. */
import type { Settings } from '../environment.ts';
import { createLocalProber } from './local-prober.ts';
import type { LocalProber } from './local-prober.ts';
import { createManners, isLoopback } from './manners.ts';
import type { MannersRules } from './manners.ts';
import type { SharedLooksOptions } from './shared-looks.ts';

/** How long one address’s result serves other checks: as long as a domain must wait to be checked again. */
const SHARE_MS = 60_000;

export function mannersRules(settings: Settings): Omit<MannersRules, 'clock'> {
  return {
    connectionsPerOperator: settings.MAILTLS_OPERATOR_CONNECTIONS,
    operatorIntervalMs: settings.MAILTLS_OPERATOR_INTERVAL_MS,
    backOffMs: settings.MAILTLS_BACK_OFF_MS,
    neverProbe: settings.MAILTLS_NEVER_PROBE,
    isExempt: isLoopback,
  };
}

export function sharedLooks(settings: Settings): Omit<SharedLooksOptions, 'manners'> {
  return {
    allowPrivate: settings.MAILTLS_ALLOW_PRIVATE,
    shareMs: SHARE_MS,
    secondLookMs: settings.MAILTLS_SECOND_LOOK_MS,
    clock: Date.now,
  };
}

export function configuredProber(settings: Settings): LocalProber {
  return createLocalProber({
    bounds: {
      connectMs: settings.MAILTLS_CONNECT_TIMEOUT_MS,
      greetingMs: settings.MAILTLS_GREETING_TIMEOUT_MS,
      replyMs: settings.MAILTLS_REPLY_TIMEOUT_MS,
      handshakeMs: settings.MAILTLS_HANDSHAKE_TIMEOUT_MS,
    },
    ehloName: settings.MAILTLS_EHLO_NAME,
    // The wall clock, as for all that is shared: an operator left alone for a quarter of an hour would be so for days
    // in a function that is frozen most of the time.
    manners: createManners({ ...mannersRules(settings), clock: Date.now }),
    ...sharedLooks(settings),
  });
}
