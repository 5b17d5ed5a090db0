/**
 * Every combination of what a server does, how its names are secured, what is published for DANE and what the
 * MTA-STS policy says, for domains of one and of two servers.
 */
import type { MailExchangers } from '../../functions/dns/mail-exchangers.ts';
import type { AddressOutcome, AnswerCode, CertificateFault } from '../../functions/assessment/assessment.ts';
import type { HostDane } from '../../functions/assessment/dane.ts';
import { assessHostDane } from '../../functions/assessment/dane.ts';
import type { MtaStsState } from '../../functions/assessment/mta-sts.ts';
import { assessHostMtaSts } from '../../functions/assessment/mta-sts.ts';
import type { Protection } from '../../functions/assessment/protection.ts';
import { assessProtection } from '../../functions/assessment/protection.ts';
import type { SenderHost } from '../../functions/assessment/sender-host.ts';
import type { SenderJudgement } from '../../functions/assessment/senders.ts';
import { assessSenders } from '../../functions/assessment/senders.ts';
import type { HostTlsa } from '../../functions/policy/dane/tlsa-base-domain.ts';
import { absent, failed, found } from '../policy/answers.ts';
import { make } from '../policy/dane/chain.ts';
import { tlsa } from '../policy/dane/vectors.ts';

interface Posture {
  readonly outcome: AddressOutcome;
  readonly version: string | null;
  readonly faults: readonly CertificateFault[] | null;
}
export const POSTURES = {
  sound: { outcome: 'encrypted', version: 'TLSv1.3', faults: [] },
  'self-signed': { outcome: 'encrypted', version: 'TLSv1.3', faults: ['self-signed'] },
  'tls-1.0': { outcome: 'encrypted', version: 'TLSv1', faults: [] },
  clear: { outcome: 'not-offered', version: null, faults: null },
  broken: { outcome: 'starttls-failed', version: null, faults: null },
  refused: { outcome: 'refused', version: null, faults: null },
} as const satisfies Record<string, Posture>;
export type PostureName = keyof typeof POSTURES;
export const POSTURE_NAMES = ['sound', 'self-signed', 'tls-1.0', 'clear', 'broken', 'refused'] as const;

export const DANE_STATES = [
  'none',
  'insecure',
  'match',
  'mismatch',
  'unusable',
  'bogus',
  'unavailable',
] as const;
export type DaneState = (typeof DANE_STATES)[number];

export const MX_STATES = ['secure', 'insecure', 'indeterminate'] as const;
export type MxState = (typeof MX_STATES)[number];

export const MTA_STS_STATES = [
  'none',
  'invalid',
  'unavailable',
  'enforce',
  'testing',
  'mode-none',
  'names-others',
] as const;
export type MtaStsName = (typeof MTA_STS_STATES)[number];

const server = make({ name: 'mx.vendor.example', names: ['mx.vendor.example'] });
const stranger = make({ name: 'mx.vendor.example', names: ['mx.vendor.example'] });
const OBSERVED_AT = new Date().toISOString();

function tlsaOf(state: DaneState, host: string): HostTlsa {
  const asked = (answer: HostTlsa['lookUps'][number]['answer']): HostTlsa => ({
    host,
    notAsked: null,
    initialAlias: null,
    lookUps: [{ baseDomain: host, answer }],
  });
  return {
    none: asked(absent()),
    insecure: { host, notAsked: 'insecure-address', initialAlias: null, lookUps: [] } as const,
    match: asked(found([tlsa(3, 1, 1, server)])),
    mismatch: asked(found([tlsa(3, 1, 1, stranger)])),
    unusable: asked(found([tlsa(1, 1, 1, server)])),
    bogus: asked(failed('bogus')),
    unavailable: asked(failed('servfail')),
  }[state];
}

const mxOf = (state: MxState): MailExchangers => ({ source: 'mx', exchangers: [], answer: found([], state) });

const policy = (mode: 'enforce' | 'testing' | 'none', mx: readonly string[]): MtaStsState => ({
  status: 'valid',
  id: '1',
  mode,
  maxAgeSeconds: 604_800,
  mx,
  warnings: [],
});
export const mtaStsOf = (name: MtaStsName): MtaStsState =>
  ({
    none: { status: 'none' } as const,
    invalid: {
      status: 'invalid',
      id: '1',
      resultType: 'sts-policy-invalid',
      because: 'mode-missing',
      line: null,
      part: '',
    } as const,
    unavailable: {
      status: 'unavailable',
      id: '1',
      resultType: 'sts-policy-fetch-error',
      because: 'timeout',
      part: '',
    } as const,
    enforce: policy('enforce', ['*.vendor.example']),
    testing: policy('testing', ['*.vendor.example']),
    'mode-none': policy('none', []),
    'names-others': policy('enforce', ['mail.other.example']),
  })[name];

/** One server: what it does and what is published for it. */
export interface Server {
  readonly posture: PostureName;
  readonly dane: DaneState;
}
export interface Case {
  readonly servers: readonly Server[];
  readonly mx: MxState;
  readonly mtaSts: MtaStsName;
}
export interface Judged {
  readonly base: AnswerCode;
  readonly protection: Protection;
  readonly senders: readonly SenderJudgement[];
}

const daneCache = new Map<string, HostDane>();
function daneOf({ posture, dane }: Server, mx: MxState, host: string): HostDane {
  const key = `${posture} ${dane} ${mx} ${host}`;
  const { outcome } = POSTURES[posture];
  const known = daneCache.get(key);
  if (known !== undefined) return known;
  const chain = outcome === 'encrypted' ? [server.der.toString('base64')] : [];
  const judged = assessHostDane('vendor.example', mxOf(mx), tlsaOf(dane, host), [
    { ip: '192.0.2.1', outcome, observedAt: OBSERVED_AT, chain },
  ]);
  daneCache.set(key, judged);
  return judged;
}

/** The answer as it is without policies (the design's order of precedence). */
function baseAnswer(servers: readonly Server[]): AnswerCode {
  const tested = servers.map(({ posture }) => posture).filter((posture) => posture !== 'refused');
  if (tested.length === 0) return 'untested';
  if (tested.every((posture) => posture === 'clear' || posture === 'broken')) return 'plaintext';
  return tested.every((posture) => posture === 'sound' || posture === 'self-signed')
    ? 'opportunistic'
    : 'partial';
}

export function judge({ servers, mx, mtaSts }: Case): Judged {
  const state = mtaStsOf(mtaSts);
  const hosts = servers.map((one, index) => {
    const host = `mx${index + 1}.vendor.example`;
    const { outcome, version, faults } = POSTURES[one.posture];
    const dane = daneOf(one, mx, host);
    const addresses: SenderHost['addresses'] = [
      { outcome, version, certificateFaults: faults, dane: dane.addresses[0]?.status ?? 'none' },
    ];
    return {
      host,
      preference: (index + 1) * 10,
      leadsNowhere: false,
      outOfReach: false,
      tested: outcome !== 'refused',
      dane,
      addresses,
      mtaSts: assessHostMtaSts(state, host, addresses),
    };
  });
  const base = baseAnswer(servers);
  return {
    base,
    protection: assessProtection({ answer: base, hosts, mtaSts: state, tlsReporting: { status: 'none' } }),
    senders: assessSenders(hosts, state),
  };
}

/** Every case there is. */
export function* everyCase(): Generator<Case> {
  const servers: Server[] = POSTURE_NAMES.flatMap((posture) =>
    DANE_STATES.map((dane) => ({ posture, dane })),
  );
  for (const mx of MX_STATES) {
    for (const mtaSts of MTA_STS_STATES) {
      for (const first of servers) {
        yield { servers: [first], mx, mtaSts };
        for (const second of servers) yield { servers: [first, second], mx, mtaSts };
      }
    }
  }
}
