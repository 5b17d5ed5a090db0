/**
 * The verdict, the findings and the senders are judged apart from the same evidence. Over every pair of servers here,
 * under signed and unsigned MX records and every state of MTA-STS, none contradicts another.
 */
import { X509Certificate, createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { HostEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { Answer, SecurityStatus } from '../../functions/dns/answer.ts';
import type { MailExchanger } from '../../functions/dns/mail-exchangers.ts';
import type { HostTlsa, TlsaNotAsked } from '../../functions/policy/dane/tlsa-base-domain.ts';
import type { MtaStsEvidence } from '../../functions/policy/policy-evidence.ts';
import type { ProbeResult } from '../../functions/probe/prober.ts';
import { absent, addressesOf, failed, found } from '../policy/answers.ts';
import {
  DOMAIN,
  HOST,
  OBSERVED_AT,
  REFUSED,
  SOUND_TLS,
  WITHOUT_STARTTLS,
  domain,
  made,
  notMade,
} from './observed.ts';

const certificate = new X509Certificate(Buffer.from(SOUND_TLS.chain[0]?.derBase64 ?? '', 'base64'));
const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
const MATCHING = {
  usage: 3,
  selector: 1,
  matchingType: 1,
  data: createHash('sha256').update(key).digest('hex'),
};
const pinned = found<'TLSA'>([MATCHING]);

interface Server {
  readonly tlsa: Answer<'TLSA'> | TlsaNotAsked;
  /** What a look at its address shows; left out: it has none. */
  readonly seen?: (ip: string) => ProbeResult;
  /** Whether its addresses are signed; `unavailable`: they could not be looked up. */
  readonly zone?: SecurityStatus | 'unavailable';
  readonly exchange?: Pick<MailExchanger, 'host' | 'fault'>;
}

const encrypts = (ip: string): ProbeResult => made(ip);
const inClear = (ip: string): ProbeResult => made(ip, WITHOUT_STARTTLS);
const refuses = (ip: string): ProbeResult => made(ip, REFUSED);
const isPrivate = (ip: string): ProbeResult => notMade(ip, 'not-public');
const SERVERS: Readonly<Record<string, Server>> = {
  pinned: { tlsa: pinned, seen: encrypts },
  stale: { tlsa: found<'TLSA'>([{ ...MATCHING, data: '00'.repeat(32) }]), seen: encrypts },
  unusable: { tlsa: found<'TLSA'>([{ ...MATCHING, usage: 1 }]), seen: encrypts },
  unpinned: { tlsa: absent(), seen: encrypts },
  unsigned: { tlsa: 'insecure-address', seen: encrypts, zone: 'insecure' },
  'with records that could not be looked up': { tlsa: failed('servfail'), seen: encrypts },
  'with bogus records': { tlsa: failed('bogus'), seen: encrypts },
  'in clear': { tlsa: absent(), seen: inClear },
  'pinned, in clear': { tlsa: pinned, seen: inClear },
  refusing: { tlsa: absent(), seen: refuses },
  'pinned, refusing': { tlsa: pinned, seen: refuses },
  'at a private address': { tlsa: absent(), seen: isPrivate },
  'pinned at a private address': { tlsa: pinned, seen: isPrivate },
  'proven absent': { tlsa: 'no-address' },
  absent: { tlsa: 'no-address', zone: 'insecure' },
  'not looked up': { tlsa: 'address-unavailable', zone: 'unavailable' },
  'a null MX': { tlsa: 'not-a-host-name', exchange: { host: '', fault: 'null-mx-among-others' } },
  'an address': { tlsa: 'not-a-host-name', exchange: { host: '192.0.2.77', fault: 'address-literal' } },
};

function published(mode: 'enforce' | 'testing', mx: string): MtaStsEvidence {
  const body = `version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: 604800\n`;
  const circumstances = { ip: '192.0.2.9', observedAt: OBSERVED_AT, tookMs: 1 };
  return {
    record: found<'TXT'>(['v=STSv1; id=1']),
    fetch: { outcome: 'fetched', ...circumstances, body, mediaType: 'text/plain' },
  };
}
const POLICIES: Readonly<Record<string, MtaStsEvidence>> = {
  'no MTA-STS': { record: absent(), fetch: null },
  enforce: published('enforce', `*.${DOMAIN}`),
  'enforce, for the first': published('enforce', HOST),
  testing: published('testing', `*.${DOMAIN}`),
  'MTA-STS not looked up': { record: failed('servfail'), fetch: null },
};

function placed(server: Server, at: number): { readonly host: HostEvidence; readonly tlsa: HostTlsa } {
  const { tlsa, zone = 'secure' } = server;
  const name = at === 0 ? HOST : `mx${at + 1}.${DOMAIN}`;
  const { host, fault } = server.exchange ?? { host: name, fault: null };
  const ip = `203.0.113.${at + 1}`;
  const probe = server.seen?.(ip);
  const without = zone === 'unavailable' ? failed('timeout') : absent(zone, 'name-error');
  const a = probe === undefined || zone === 'unavailable' ? without : found<'A'>([ip], zone);
  const isPublic = probe?.attempt !== 'not-made';
  return {
    host: {
      exchanger: { host, preference: (at + 1) * 10, fault },
      addresses: fault === null ? addressesOf(a, without, isPublic) : null,
      probes: probe === undefined ? [] : [probe],
      secondLook: [],
    },
    tlsa: {
      host,
      initialAlias: null,
      ...(typeof tlsa === 'string'
        ? { notAsked: tlsa, lookUps: [] }
        : { notAsked: null, lookUps: [{ baseDomain: host, answer: tlsa }] }),
    },
  };
}

function judge(servers: readonly Server[], mx: SecurityStatus, mtaSts: MtaStsEvidence) {
  const both = servers.map(placed);
  const hosts = both.map(({ host }) => host);
  const records = hosts.map(({ exchanger: { host, preference } }) => ({ exchange: host, preference }));
  const evidence = domain(hosts, { answer: found<'MX'>(records, mx) });
  const policy = { mtaSts, tlsReporting: absent(), tlsa: both.map(({ tlsa }) => tlsa) };
  const judged = assessDomain({ ...evidence, policy });
  if (judged.outcome !== 'assessed') throw new Error('the domain exists');
  const { assessment, policies } = judged;
  return {
    ...assessment,
    dane: policies.dane,
    codes: assessment.reasons.map(({ code }) => code),
    senders: new Map(policies.senders.map(({ sender, outcome }) => [sender, outcome])),
  };
}

const all = Object.entries(SERVERS).flatMap(([first, one]) =>
  [['nothing', null] as const, ...Object.entries(SERVERS)].flatMap(([second, other]) =>
    Object.entries(POLICIES).flatMap(([policy, mtaSts]) =>
      (['secure', 'insecure'] as const).map((mx) => ({
        given: `${first} beside ${second}, ${policy}, MX ${mx}`,
        judged: judge(other === null ? [one] : [one, other], mx, mtaSts),
      })),
    ),
  ),
);
type Judged = (typeof all)[number]['judged'];

/** The first cases that break a rule; a rule holds when there are none. */
const breaking = (rule: (judged: Judged) => boolean): readonly string[] =>
  all.flatMap(({ given, judged }) => (rule(judged) ? [] : [given])).slice(0, 5);
const CAREFUL = ['authenticated', 'refused', 'unknown'];
/** Senders that know no certificate but by the domain's policies. */
const BY_POLICY = ['gmail', 'exchange-online', 'postfix-dane'] as const;

describe('verdict, findings and senders', () => {
  test('are judged for every pair', () => {
    expect(all).toHaveLength(18 * 19 * 5 * 2);
  });

  test('what protects keeps the senders that check from anything worse', () => {
    expect(
      breaking(
        ({ protectedBy, senders }) =>
          (!protectedBy.includes('dane') || CAREFUL.includes(senders.get('postfix-dane') ?? '')) &&
          (!protectedBy.includes('mta-sts') || CAREFUL.includes(senders.get('gmail') ?? '')),
      ),
    ).toEqual([]);
  });

  test('nobody authenticates by policies that do not protect', () => {
    expect(
      breaking(
        ({ strippable, senders }) =>
          strippable !== 'yes' || BY_POLICY.every((name) => senders.get(name) !== 'authenticated'),
      ),
    ).toEqual([]);
  });

  test('enforced is what some sender authenticates by', () => {
    expect(
      breaking(
        ({ answer, senders }) =>
          answer !== 'enforced' || BY_POLICY.some((name) => senders.get(name) === 'authenticated'),
      ),
    ).toEqual([]);
  });

  test('nothing is said to oblige senders only where nothing does', () => {
    expect(
      breaking(
        ({ codes, protectedBy, strippable }) =>
          !codes.includes('nothing-obliges-senders') || (protectedBy.length === 0 && strippable === 'yes'),
      ),
    ).toEqual([]);
  });

  test('DANE is valid where it protects, and praised nowhere else', () => {
    expect(
      breaking(
        ({ answer, dane, codes, protectedBy }) =>
          answer === 'undeliverable' ||
          ((dane !== 'valid' || protectedBy.includes('dane')) &&
            (!codes.includes('dane-protects') || dane === 'valid')),
      ),
    ).toEqual([]);
  });

  test('mail is failing where senders refuse it for the domain’s policies, and nowhere else', () => {
    expect(
      breaking(({ answer, delivery, senders }) => {
        const refused = BY_POLICY.filter((name) => senders.get(name) === 'refused').length;
        if (answer === 'undeliverable') return delivery === 'ok';
        return delivery === 'failing' ? refused > 0 : refused === 0 || delivery === 'degraded';
      }),
    ).toEqual([]);
  });
});
