/**
 * The answer as it would be if a domain published something else, or dropped a server: the evidence is changed as
 * the change would show in it, and judged as any other. Nothing is asked of the network.
 */
import type { AbsentAnswer, RecordsAnswer } from '../dns/answer.ts';
import type { MtaStsMode } from '../policy/mta-sts/policy.ts';
import { parseMtaStsPolicy } from '../policy/mta-sts/policy.ts';
import type { PolicyEvidence } from '../policy/policy-evidence.ts';
import type { DomainEvidence } from './domain-evidence.ts';

export type WhatIf =
  | { readonly change: 'mta-sts'; readonly mode: MtaStsMode }
  | { readonly change: 'dane'; readonly state: 'none' }
  | { readonly change: 'tls-rpt'; readonly state: 'on' | 'off' }
  | { readonly change: 'drop-server'; readonly host: string };

/** Evidence that can be changed: a domain's servers and policies. */
export interface ChangeableEvidence extends Pick<DomainEvidence, 'domain' | 'observedAt' | 'mx' | 'hosts'> {
  readonly policy: PolicyEvidence;
}

/** What a `--what-if` may be, for the sentence that says so. */
export const WHAT_IF_FORMS = [
  'mta-sts=enforce|testing|none',
  'dane=none',
  'tls-rpt=on|off',
  'drop-server=HOST',
] as const;

/** Reads one change, e.g. `mta-sts=enforce`; null when it is not of a known form. */
export function parseWhatIf(text: string): WhatIf | null {
  const [, name = '', value = ''] = /^([a-z-]+)=(\S+)$/i.exec(text.trim()) ?? [];
  switch (name.toLowerCase()) {
    case 'mta-sts':
      return value === 'enforce' || value === 'testing' || value === 'none'
        ? { change: 'mta-sts', mode: value }
        : null;
    case 'dane':
      return value === 'none' ? { change: 'dane', state: value } : null;
    case 'tls-rpt':
      return value === 'on' || value === 'off' ? { change: 'tls-rpt', state: value } : null;
    case 'drop-server':
      return value === '' ? null : { change: 'drop-server', host: value.toLowerCase().replace(/\.$/, '') };
    default:
      return null;
  }
}

export type ChangedEvidence<E> =
  | { readonly ok: true; readonly evidence: E }
  /** `no-such-server`: no MX record names it. `last-server`: without it there would be none. */
  | { readonly ok: false; readonly because: 'no-such-server' | 'last-server'; readonly host: string }
  /** No mail server is known, because there is none or the lookup failed: nothing can be supposed. */
  | { readonly ok: false; readonly because: 'no-servers' };

/**
 * Changes evidence, one change after the other.
 * @returns the same evidence with what the changes touch replaced
 */
export function applyWhatIf<E extends ChangeableEvidence>(
  evidence: E,
  changes: readonly WhatIf[],
): ChangedEvidence<E> {
  if (evidence.hosts.length === 0) return { ok: false, because: 'no-servers' };
  let changed = evidence;
  for (const change of changes) {
    if (change.change === 'drop-server') {
      const { host } = change;
      const left = changed.hosts.filter(({ exchanger }) => exchanger.host !== host);
      if (left.length === changed.hosts.length) return { ok: false, because: 'no-such-server', host };
      if (left.length === 0) return { ok: false, because: 'last-server', host };
      changed = withoutServer(changed, host);
    } else {
      changed = { ...changed, policy: withPolicy(changed, change) };
    }
  }
  return { ok: true, evidence: changed };
}

function withoutServer<E extends ChangeableEvidence>(evidence: E, host: string): E {
  const { mx, hosts, policy } = evidence;
  return {
    ...evidence,
    mx: { ...mx, exchangers: mx.exchangers.filter((exchanger) => exchanger.host !== host) },
    hosts: hosts.filter(({ exchanger }) => exchanger.host !== host),
    policy: { ...policy, tlsa: policy.tlsa.filter((tlsa) => tlsa.host !== host) },
  };
}

function withPolicy(
  evidence: ChangeableEvidence,
  change: Exclude<WhatIf, { change: 'drop-server' }>,
): PolicyEvidence {
  const { policy } = evidence;
  switch (change.change) {
    case 'mta-sts':
      return {
        ...policy,
        mtaSts: { record: published('v=STSv1; id=whatif'), fetch: fetched(evidence, change.mode) },
      };
    case 'tls-rpt': {
      const record = published(`v=TLSRPTv1; rua=mailto:tls-reports@${evidence.domain}`);
      return { ...policy, tlsReporting: change.state === 'on' ? record : NOT_PUBLISHED };
    }
    case 'dane': {
      const none = policy.tlsa.map(({ host }) => ({
        host,
        notAsked: null,
        initialAlias: null,
        lookUps: [{ baseDomain: host, answer: NOT_PUBLISHED }],
      }));
      return { ...policy, tlsa: none };
    }
    default:
      return change satisfies never;
  }
}

const PROVENANCE = {
  resolver: 'what-if',
  extendedErrors: [],
  disagreement: null,
  cname: [],
  ttlSeconds: 300,
} as const;
const NOT_PUBLISHED: AbsentAnswer = { outcome: 'no-data', securityStatus: 'secure', ...PROVENANCE };
const published = (text: string): RecordsAnswer<'TXT'> => ({
  outcome: 'records',
  records: [text],
  securityStatus: 'insecure',
  ...PROVENANCE,
});

/** The policy that is there in another mode, or, where there is none, one that names the servers of today. */
function fetched(
  { policy, mx, observedAt }: ChangeableEvidence,
  mode: MtaStsMode,
): PolicyEvidence['mtaSts']['fetch'] {
  const { fetch } = policy.mtaSts;
  const present = fetch?.outcome === 'fetched' ? parseMtaStsPolicy(fetch.body) : null;
  const names =
    present?.status === 'valid' && present.policy.mx.length > 0
      ? present.policy.mx
      : mx.exchangers.filter(({ fault }) => fault === null || fault === 'alias').map(({ host }) => host);
  const lines = ['version: STSv1', `mode: ${mode}`, ...names.map((name) => `mx: ${name}`), 'max_age: 604800'];
  return {
    outcome: 'fetched',
    ip: null,
    observedAt,
    tookMs: 0,
    body: lines.join('\n'),
    mediaType: 'text/plain',
  };
}
