/** Evidence as probes and lookups leave it, each piece sound unless a test says otherwise. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { DomainEvidence, HostEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { AbsentAnswer, Answer, FailedAnswer, RecordsAnswer } from '../../functions/dns/answer.ts';
import type { HostAddresses } from '../../functions/dns/host-addresses.ts';
import type { ExchangeFault, MailExchangers } from '../../functions/dns/mail-exchangers.ts';
import type { CanaryEvidence, EgressEvidence } from '../../functions/probe/egress-evidence.ts';
import type {
  Cause,
  ConnectionEvidence,
  ProbeEvidence,
  Reply,
  Stage,
  TlsEvidence,
} from '../../functions/probe/probe-evidence.ts';
import type { NotMade, ProbeResult } from '../../functions/probe/prober.ts';
import { isIPv6 } from 'node:net';
import { certificatePem } from '../lab/certificate.ts';

export const DOMAIN = 'vendor.example';
export const HOST = 'mx1.vendor.example';
export const OBSERVED_AT = '2026-11-22T01:02:03.456Z';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const soundPem = certificatePem(
  {
    commonName: HOST,
    alternativeNames: [`*.${DOMAIN}`],
    publicKey: keys.publicKey,
    notBefore: new Date('2026-11-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    isAuthority: false,
  },
  { commonName: 'An authority', keys },
);

export const SOUND_TLS: TlsEvidence = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  group: 'X25519MLKEM768',
  chain: [{ sha256: 'ab'.repeat(32), derBase64: new X509Certificate(soundPem).raw.toString('base64') }],
  chainLeftOut: 0,
  chainError: null,
};

export const reply = (code: number, ...lines: readonly string[]): Reply => ({ code, lines });
const GREETING = reply(220, `${HOST} ESMTP Postfix`);
const EHLO = { command: 'EHLO', reply: reply(250, HOST, 'PIPELINING', 'STARTTLS') } as const;
const START = reply(220, '2.0.0 Ready to start TLS');

/** A session that went well to QUIT, with changes. */
export function connection(changes: Partial<ConnectionEvidence> = {}): ConnectionEvidence {
  return {
    hello: 'modern',
    observedAt: OBSERVED_AT,
    tookMs: 80,
    localAddress: '198.51.100.9',
    connectedAtMs: 12,
    greeting: GREETING,
    ehlo: EHLO,
    starttls: START,
    clearBytesAfterStartTls: 0,
    tls: SOUND_TLS,
    ehloAfterTls: reply(250, HOST, 'PIPELINING', 'REQUIRETLS'),
    end: { stage: 'quit', cause: 'completed', detail: '' },
    transcript: [{ atMs: 1, from: 'server', line: `220 ${HOST} ESMTP Postfix` }],
    ...changes,
  };
}

/** A session that ended at a stage before TLS, with what had been seen by then. */
export function endedAt(
  stage: Exclude<Stage, 'ehlo-after-tls' | 'quit'>,
  cause: Cause,
  changes: Partial<ConnectionEvidence> & { readonly detail?: string } = {},
): ConnectionEvidence {
  const { detail = '', ...rest } = changes;
  const order = ['connect', 'greeting', 'ehlo', 'helo', 'starttls', 'handshake'];
  const passed = (other: string): boolean => order.indexOf(other) < order.indexOf(stage);
  return connection({
    localAddress: passed('connect') ? '198.51.100.9' : null,
    connectedAtMs: passed('connect') ? 12 : null,
    greeting: passed('greeting') ? GREETING : null,
    ehlo: passed('helo') ? EHLO : null,
    starttls: passed('starttls') ? START : null,
    tls: null,
    ehloAfterTls: null,
    end: { stage, cause, detail },
    transcript: [],
    ...rest,
  });
}

export const WITHOUT_STARTTLS = endedAt('ehlo', 'not-offered', {
  ehlo: { command: 'EHLO', reply: reply(250, HOST, 'PIPELINING', 'SIZE 10240000') },
});
export const REFUSED = endedAt('greeting', 'reply', { greeting: reply(421, '4.7.0 Try again later') });

export function made(ip: string, ...connections: readonly ConnectionEvidence[]): ProbeResult {
  const [first = connection(), ...others] = connections;
  const evidence: ProbeEvidence = {
    ip,
    port: 25,
    serverName: HOST,
    observedAt: OBSERVED_AT,
    tookMs: 80,
    connections: [first, ...others],
  };
  return { attempt: 'made', evidence };
}

export function notMade(ip: string, because: NotMade, detail = ''): ProbeResult {
  return { attempt: 'not-made', ip, port: 25, serverName: HOST, because, detail };
}

const provenance = { resolver: 'test', extendedErrors: [], disagreement: null } as const;
export const absent = (outcome: 'no-data' | 'name-error' = 'no-data'): AbsentAnswer => ({
  ...provenance,
  outcome,
  securityStatus: 'insecure',
  ttlSeconds: 300,
  cname: [],
});
export const failed = (outcome: FailedAnswer['outcome'], text = ''): FailedAnswer => ({
  ...provenance,
  outcome,
  securityStatus: outcome === 'bogus' ? 'bogus' : 'indeterminate',
  ttlSeconds: 0,
  cname: [],
  extendedErrors: text === '' ? [] : [{ code: 22, text }],
});

const addressRecords = (records: readonly string[], cname: readonly string[]): RecordsAnswer<'A'> => ({
  ...provenance,
  outcome: 'records',
  records,
  securityStatus: 'insecure',
  ttlSeconds: 300,
  cname,
});

/** What the addresses of a host came to, from the looks at them. */
export function found(
  ips: readonly string[],
  changes: { a?: Answer<'A'>; aaaa?: Answer<'AAAA'>; cname?: readonly string[] } = {},
): HostAddresses {
  const { cname = [] } = changes;
  const family = (isWanted: (ip: string) => boolean): Answer<'A'> => {
    const records = ips.filter(isWanted);
    return records.length > 0 ? addressRecords(records, cname) : absent();
  };
  const a = changes.a ?? family((ip) => !isIPv6(ip));
  const aaaa = changes.aaaa ?? family(isIPv6);
  const failures = [a, aaaa].map(({ outcome }) => outcome);
  const without = failures.includes('bogus')
    ? 'bogus'
    : failures.some((outcome) => outcome !== 'no-data' && outcome !== 'name-error')
      ? 'unavailable'
      : failures.includes('name-error')
        ? 'name-error'
        : 'no-data';
  return {
    status: ips.length > 0 ? 'records' : without,
    securityStatus: 'insecure',
    ttlSeconds: 300,
    cname,
    addresses: ips.map((ip) => ({ ip, family: isIPv6(ip) ? 6 : 4, public: true })),
    a,
    aaaa,
  };
}

export interface HostChanges {
  readonly host?: string;
  readonly preference?: number;
  readonly fault?: ExchangeFault | null;
  readonly addresses?: HostAddresses | null;
  readonly secondLook?: readonly ProbeResult[];
}

/** A host with the looks at its addresses. */
export function host(probes: readonly ProbeResult[], changes: HostChanges = {}): HostEvidence {
  const { host: name = HOST, preference = 10, fault = null, secondLook = [] } = changes;
  const ips = probes.map((probe) => (probe.attempt === 'made' ? probe.evidence.ip : probe.ip));
  return {
    exchanger: { host: name, preference, fault },
    addresses: changes.addresses === undefined ? found(ips) : changes.addresses,
    probes,
    secondLook,
  };
}

export function domain(
  hosts: readonly HostEvidence[],
  changes: { source?: MailExchangers['source']; answer?: Answer<'MX'>; egress?: EgressEvidence | null } = {},
): DomainEvidence {
  const { source = 'mx', egress = null } = changes;
  const exchangers = hosts.map(({ exchanger }) => exchanger);
  const records: RecordsAnswer<'MX'> = {
    ...provenance,
    outcome: 'records',
    records: exchangers.map((exchanger) => ({
      preference: exchanger.preference,
      exchange: exchanger.host,
    })),
    securityStatus: 'insecure',
    ttlSeconds: 300,
    cname: [],
  };
  return {
    schema: 'mailtls.evidence/1',
    domain: DOMAIN,
    observedAt: OBSERVED_AT,
    tookMs: 100,
    mx: { source, exchangers, answer: changes.answer ?? (source === 'mx' ? records : absent()) },
    hosts,
    policy: withoutPolicy(hosts),
    egress,
    observer: { vantage: 'local', sourceIp: null, ehloName: null, resolvers: ['test'], toolVersion: '0' },
  };
}

/** Canaries by what happened to them; an address makes one of that family. */
export function canaries(
  ...outcomes: readonly (CanaryEvidence['outcome'] | CanaryEvidence)[]
): EgressEvidence {
  return {
    observedAt: OBSERVED_AT,
    canaries: outcomes.map((outcome, at) =>
      typeof outcome === 'string'
        ? { host: `canary${at}.example`, ip: `203.0.113.${at + 1}`, outcome, detail: '' }
        : outcome,
    ),
  };
}

/** Nothing published: no MTA-STS record, no reporting record, no TLSA records in signed zones. */
export function withoutPolicy(hosts: DomainEvidence['hosts']): DomainEvidence['policy'] {
  return {
    mtaSts: { record: absent(), fetch: null },
    tlsReporting: absent(),
    tlsa: hosts.map(({ exchanger: { host } }) => ({
      host,
      notAsked: null,
      initialAlias: null,
      lookUps: [{ baseDomain: host, answer: absent() }],
    })),
  };
}
