/** Makes the tools of a check from the settings: what the doors of one machine and of AWS share. */
import packageJson from '../package.json' with { type: 'json' };
import type { CheckTools } from './check-domain.ts';
import { createResolver } from './dns/resolver.ts';
import type { Settings } from './environment.ts';
import { createEgressWatch } from './probe/egress.ts';
import { createLocalProber } from './probe/local-prober.ts';
import type { LocalProber } from './probe/local-prober.ts';
import { createManners, isLoopback } from './probe/manners.ts';
import { noProber } from './probe/no-prober.ts';

/** How long what the canaries said is believed. */
const EGRESS_KEEP_MS = 60_000;
/** How long one address’s result serves other checks: as long as a domain must wait to be checked again. */
const SHARE_MS = 60_000;

export interface OwnedCheckTools extends Omit<CheckTools, 'progress'> {
  /** Resolves when all mail servers have been left; see `LocalProber`. */
  readonly allClosed: () => Promise<void>;
  /** Closes what is kept open between checks. */
  readonly close: () => void;
}

export function createProber(settings: Settings): LocalProber {
  if (settings.MAILTLS_PROBER === 'none') return { ...noProber, allClosed: () => Promise.resolve() };
  return createLocalProber({
    bounds: {
      connectMs: settings.MAILTLS_CONNECT_TIMEOUT_MS,
      greetingMs: settings.MAILTLS_GREETING_TIMEOUT_MS,
      replyMs: settings.MAILTLS_REPLY_TIMEOUT_MS,
      handshakeMs: settings.MAILTLS_HANDSHAKE_TIMEOUT_MS,
    },
    ehloName: settings.MAILTLS_EHLO_NAME,
    allowPrivate: settings.MAILTLS_ALLOW_PRIVATE,
    manners: createManners({
      connectionsPerOperator: settings.MAILTLS_OPERATOR_CONNECTIONS,
      operatorIntervalMs: settings.MAILTLS_OPERATOR_INTERVAL_MS,
      backOffMs: settings.MAILTLS_BACK_OFF_MS,
      neverProbe: settings.MAILTLS_NEVER_PROBE,
      clock: () => performance.now(),
      isExempt: isLoopback,
    }),
    shareMs: SHARE_MS,
    secondLookMs: settings.MAILTLS_SECOND_LOOK_MS,
    clock: Date.now,
  });
}

/** @param settings read and valid */
export function createCheckTools(settings: Settings): OwnedCheckTools {
  const resolver = createResolver(settings, () => performance.now());
  const prober = createProber(settings);
  const smtpPort = settings.MAILTLS_SMTP_PORT;
  return {
    resolver,
    prober,
    egress: createEgressWatch(
      settings.MAILTLS_CANARIES,
      { resolver, prober, port: smtpPort, clock: Date.now },
      EGRESS_KEEP_MS,
    ),
    now: () => new Date(),
    observer: {
      vantage: prober.vantage,
      sourceIp: null,
      ehloName: settings.MAILTLS_EHLO_NAME === '' ? null : settings.MAILTLS_EHLO_NAME,
      resolvers: resolver.names,
      toolVersion: packageJson.version,
    },
    smtpPort,
    policyFetch: {
      port: settings.MAILTLS_HTTPS_PORT,
      timeoutMs: settings.MAILTLS_POLICY_TIMEOUT_MS,
      allowPrivate: settings.MAILTLS_ALLOW_PRIVATE,
    },
    addressesPerDomain: settings.MAILTLS_ADDRESSES_PER_DOMAIN,
    allClosed: prober.allClosed,
    close: resolver.close,
  };
}
