/** Makes the tools of a check from the settings: what the doors of one machine and of AWS share. */
import packageJson from '../package.json' with { type: 'json' };
import type { CheckTools } from './check-domain.ts';
import { createResolver } from './dns/resolver.ts';
import type { OpenResolver } from './dns/resolver.ts';
import type { Settings } from './environment.ts';
import { createAgentProber } from './probe/agent-prober.ts';
import { configuredProber, mannersRules, sharedLooks } from './probe/configured-prober.ts';
import { createEgressWatch } from './probe/egress.ts';
import { createLambdaProber } from './probe/lambda-prober.ts';
import type { LocalProber } from './probe/local-prober.ts';
import { createManners } from './probe/manners.ts';
import { noProber } from './probe/no-prober.ts';
import { createPoliteProber } from './probe/polite-prober.ts';
import type { Prober } from './probe/prober.ts';
import { notMade } from './probe/shared-looks.ts';
import { createAgentResults } from './store/agent-results.ts';
import { createCommonManners } from './store/common-manners.ts';
import type { StoreFailure } from './store/stored.ts';
import type { Table } from './store/table.ts';

/** How long what the canaries said is believed. */
const EGRESS_KEEP_MS = 60_000;
/** How long a process that connects to a server may be silent before others take its place. */
const LEASE_MS = 15_000;
/** Between two tries of a probe function that is busy. */
const THROTTLED_PAUSE_MS = 250;

export interface OwnedCheckTools extends Omit<CheckTools, 'progress'> {
  /** Resolves when all mail servers have been left; see `LocalProber`. */
  readonly allClosed: () => Promise<void>;
  /** Closes what is kept open between checks. */
  readonly close: () => void;
}

/** What a prober shares with other processes; null: this process is the only one, or need not know of others. */
export interface ProberTable {
  readonly table: Table;
  readonly failed: (operation: string, failure: StoreFailure) => void;
}

/** Who connects to mail servers, as `MAILTLS_PROBER` says. */
export function createProber(settings: Settings, shared: ProberTable | null = null): LocalProber {
  if (settings.MAILTLS_PROBER === 'none') return { ...noProber, allClosed: () => Promise.resolve() };
  if (settings.MAILTLS_PROBER === 'local') return configuredProber(settings);
  const elsewhere =
    settings.MAILTLS_PROBER === 'lambda' ? lambdaProber(settings) : agentProber(settings, shared);
  const rules = mannersRules(settings);
  return createPoliteProber(elsewhere, {
    manners: createManners({ ...rules, clock: Date.now }),
    common:
      shared === null ? null : createCommonManners({ ...shared, rules, leaseMs: LEASE_MS, now: Date.now }),
    ...sharedLooks(settings),
  });
}

/** What an agent saw comes through the table of a deployment, which a process elsewhere does not have. */
const AGENT_WITHOUT_TABLE: Prober = {
  vantage: 'agent',
  probe: (request) =>
    Promise.resolve(notMade(request, 'prober-failed', 'an agent works for a deployment on AWS alone')),
};

const lambdaProber = ({ MAILTLS_PROBE_FUNCTION: functionName, MAILTLS_AWS_ENDPOINT: endpoint }: Settings) =>
  createLambdaProber({ functionName, endpoint, pauseMs: THROTTLED_PAUSE_MS });

function agentProber(settings: Settings, shared: ProberTable | null): Prober {
  if (shared === null) return AGENT_WITHOUT_TABLE;
  const results = createAgentResults(shared.table, Date.now);
  return createAgentProber({
    queueUrl: settings.MAILTLS_AGENT_QUEUE,
    endpoint: settings.MAILTLS_AWS_ENDPOINT,
    resultOf: results.find,
    patienceMs: settings.MAILTLS_DEADLINE_MS,
    now: Date.now,
  });
}

/**
 * @param settings read and valid
 * @param resolver the one to ask, where questions were put to it already
 * @param shared what a prober elsewhere shares with other processes
 */
export function createCheckTools(
  settings: Settings,
  resolver: OpenResolver = createResolver(settings, () => performance.now()),
  shared: ProberTable | null = null,
): OwnedCheckTools {
  const prober = createProber(settings, shared);
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
