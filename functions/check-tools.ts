/** Makes the tools of a check from the settings: what the doors of one machine and of AWS share. */
import packageJson from '../package.json' with { type: 'json' };
import type { CheckTools } from './check-domain.ts';
import { createResolver } from './dns/resolver.ts';
import type { OpenResolver } from './dns/resolver.ts';
import type { Settings } from './environment.ts';
import { configuredProber } from './probe/configured-prober.ts';
import { createEgressWatch } from './probe/egress.ts';
import type { LocalProber } from './probe/local-prober.ts';
import { noProber } from './probe/no-prober.ts';

/** How long what the canaries said is believed. */
const EGRESS_KEEP_MS = 60_000;

export interface OwnedCheckTools extends Omit<CheckTools, 'progress'> {
  /** Resolves when all mail servers have been left; see `LocalProber`. */
  readonly allClosed: () => Promise<void>;
  /** Closes what is kept open between checks. */
  readonly close: () => void;
}

export function createProber(settings: Settings): LocalProber {
  if (settings.MAILTLS_PROBER === 'none') return { ...noProber, allClosed: () => Promise.resolve() };
  return configuredProber(settings);
}

/**
 * @param settings read and valid
 * @param resolver the one to ask, where questions were put to it already
 */
export function createCheckTools(
  settings: Settings,
  resolver: OpenResolver = createResolver(settings, () => performance.now()),
): OwnedCheckTools {
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
