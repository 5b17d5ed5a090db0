import { describe, expect, test } from 'vitest';
import type {
  AddressAssessment,
  CertificateFault,
  HostAssessment,
} from '../../functions/assessment/assessment.ts';
import type { HostEvidence } from '../../functions/assessment/domain-evidence.ts';
import { wantsHostNameLook } from '../../functions/assessment/host-name-look.ts';
import { assessPolicies } from '../../functions/assessment/policy-assessment.ts';
import type { Answer } from '../../functions/dns/answer.ts';
import type { MailExchangers } from '../../functions/dns/mail-exchangers.ts';
import type { PolicyEvidence } from '../../functions/policy/policy-evidence.ts';
import type { ProbeResult } from '../../functions/probe/prober.ts';
import { recordsQuestion } from '../../functions/presenters/records-question.ts';
import { recordSteps } from '../../functions/presenters/records.ts';
import { absent, addressesOf, failed, found } from '../policy/answers.ts';
import type { Made } from '../policy/dane/chain.ts';
import { make } from '../policy/dane/chain.ts';
import { tlsa } from '../policy/dane/vectors.ts';

const HOST = 'mx.vendor.example';
const BASE = 'mx.provider.example';
const IP = '192.0.2.1';
const NOW = new Date().toISOString();
const server = make({ name: HOST, names: [HOST] });
const atBase = make({ name: BASE, names: [BASE] });
const forBoth = make({ name: BASE, names: [BASE, HOST] });
const expired = make({ name: HOST, names: [HOST], from: -100, until: -10 });
const EXCHANGER = { host: HOST, preference: 10, fault: null };
const MX: MailExchangers = {
  source: 'mx',
  exchangers: [EXCHANGER],
  answer: found<'MX'>([{ preference: 10, exchange: HOST }]),
};

function probe(serverName: string, chain: readonly Made[]): ProbeResult {
  const quiet = {
    greeting: null,
    ehlo: null,
    starttls: null,
    clearBytesAfterStartTls: 0,
    ehloAfterTls: null,
    transcript: [],
  };
  const sent = chain.map(({ der }) => ({ sha256: '', derBase64: der.toString('base64') }));
  const tls = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_128_GCM_SHA256',
    group: 'X25519',
    chain: sent,
    chainLeftOut: 0,
    chainError: null,
  };
  const end = { stage: 'quit', cause: 'completed', detail: '' } as const;
  const timing = { observedAt: NOW, tookMs: 1 };
  const connection = { hello: 'modern', localAddress: null, ...timing, ...quiet, tls, end } as const;
  return {
    attempt: 'made',
    evidence: { ip: IP, port: 25, serverName, ...timing, connections: [connection] },
  };
}

/** STARTTLS, and a handshake that comes to nothing. */
function broken(serverName: string): ProbeResult {
  const whole = probe(serverName, []);
  if (whole.attempt !== 'made') return whole;
  const [connection] = whole.evidence.connections;
  const end = { stage: 'handshake', cause: 'tls', detail: 'unrecognized name' } as const;
  const starttls = { code: 220, lines: [''] };
  return {
    attempt: 'made',
    evidence: { ...whole.evidence, connections: [{ ...connection, tls: null, starttls, end }] },
  };
}

function address(faults: readonly CertificateFault[]): AddressAssessment {
  return {
    ip: IP,
    observedAt: NOW,
    outcome: 'encrypted',
    because: {
      code: 'encrypted',
      facts: { version: 'TLSv1.3', cipher: '' },
      kind: 'merit',
      scope: 'address',
      subject: IP,
    },
    findings: [],
    provisional: false,
    tls: { version: 'TLSv1.3', cipher: '', group: null, postQuantum: 'no', legacyOnly: false, grade: 'good' },
    certificate: {
      subject: '',
      issuer: '',
      names: [],
      notBefore: NOW,
      notAfter: NOW,
      key: '',
      sha256: '',
      chainLength: 1,
      faults,
      grade: 'good',
    },
    software: null,
    extensions: [],
    requireTls: false,
    transcript: [],
  };
}

const mailServer = (faults: readonly CertificateFault[]): HostAssessment => ({
  host: HOST,
  preference: 10,
  provider: null,
  fault: null,
  dns: { status: 'records', securityStatus: 'secure', ttlSeconds: 300, cname: [] },
  addresses: [address(faults)],
  findings: [],
});

const BODY = 'version: STSv1\nmode: enforce\nmx: mx.vendor.example\nmax_age: 604800\n';
const fetched = {
  outcome: 'fetched',
  ip: IP,
  observedAt: NOW,
  tookMs: 1,
  body: BODY,
  mediaType: 'text/plain',
} as const;

function policy(mtaSts: 'enforce' | 'none', answer: Answer<'TLSA'>, baseDomain = HOST): PolicyEvidence {
  return {
    mtaSts:
      mtaSts === 'none'
        ? { record: absent(), fetch: null }
        : { record: found<'TXT'>(['v=STSv1; id=1']), fetch: fetched },
    tlsReporting: absent(),
    tlsa: [{ host: HOST, notAsked: null, initialAlias: null, lookUps: [{ baseDomain, answer }] }],
  };
}

const seen = (probes: readonly ProbeResult[], hostNameLook?: readonly ProbeResult[]): HostEvidence => ({
  exchanger: EXCHANGER,
  addresses: null,
  probes,
  secondLook: [],
  ...(hostNameLook === undefined ? {} : { hostNameLook }),
});

function assess(evidence: PolicyEvidence, host = seen([probe(HOST, [server])])) {
  return assessPolicies(
    { domain: 'vendor.example', mx: MX, hosts: [host] },
    evidence,
    [mailServer([])],
    'opportunistic',
  );
}

const MATCHING = found<'TLSA'>([tlsa(3, 1, 1, server)]);

describe('from what was seen to the answer', () => {
  test('DANE that matches on the one server: enforced, and nobody hears of a failure without reporting', () => {
    const judged = assess(policy('none', MATCHING));
    expect(judged.protection).toEqual({
      answer: 'enforced',
      strippable: 'unless-sender-checks',
      protectedBy: ['dane'],
      delivery: 'ok',
      reported: 'no',
      encryptionOnly: false,
      expected: null,
    });
    expect(judged.findings.map(({ code }) => code)).toEqual(['dane-protects', 'not-reported']);
    expect(judged.advice.map(({ code }) => code)).toEqual(['publish-tls-reporting']);
  });

  test('a stale TLSA record: not enforced, mail is lost, said first', () => {
    const stale = found<'TLSA'>([tlsa(3, 1, 1, make({ name: 'old' }))]);
    const judged = assess(policy('enforce', stale));
    expect(judged.protection).toMatchObject({
      answer: 'enforced',
      delivery: 'failing',
      protectedBy: ['dane', 'mta-sts'],
    });
    expect(judged.findings.slice(0, 2)).toMatchObject([
      { code: 'mail-refused', facts: { senders: 'exchange-online,postfix-dane' }, kind: 'fault' },
      { code: 'dane-mismatch', kind: 'fault', subject: HOST },
    ]);
    expect(judged.senders.find(({ sender }) => sender === 'postfix-dane')).toMatchObject({
      outcome: 'refused',
    });
    expect(judged.senders.find(({ sender }) => sender === 'gmail')).toMatchObject({
      outcome: 'authenticated',
    });
  });

  test('an expired certificate under enforce: mail is lost for who honours it', () => {
    const judged = assess(policy('enforce', absent()), seen([probe(HOST, [expired])]));
    expect(judged.protection).toMatchObject({ answer: 'opportunistic', delivery: 'failing' });
    expect(judged.findings.slice(0, 2)).toMatchObject([
      { code: 'mail-refused', facts: { senders: 'gmail,exchange-online,workspace-require-tls' } },
      { code: 'mta-sts-host-refused', facts: { because: 'certificate-invalid' } },
    ]);
  });

  test('a host whose policies were not looked up is unavailable, not none', () => {
    const judged = assess({ ...policy('none', absent()), tlsa: [] });
    expect(judged.dane).toBe('unavailable');
    expect(judged.protection.strippable).toBe('unknown');
  });

  test('a policy is not inherited: a domain below another is told so', () => {
    const evidence = { domain: 'mail.vendor.co.uk', mx: MX, hosts: [seen([])] };
    const judged = assessPolicies(evidence, policy('none', absent()), [mailServer([])], 'opportunistic');
    expect(judged.findings).toMatchObject([
      { code: 'mta-sts-not-inherited', facts: { parent: 'vendor.co.uk' } },
    ]);
  });
});

const SECOND = 'mx2.vendor.example';

/** The host of `policy`, and a second one. */
function beside(
  second: {
    readonly seen: Partial<HostEvidence>;
    readonly server: Partial<HostAssessment>;
    readonly tlsa: Partial<PolicyEvidence['tlsa'][number]>;
  },
  published: PolicyEvidence = policy('none', MATCHING),
) {
  const exchanger = { host: SECOND, preference: 20, fault: null };
  const tlsaOfSecond = { host: SECOND, notAsked: null, initialAlias: null, lookUps: [], ...second.tlsa };
  return assessPolicies(
    {
      domain: 'vendor.example',
      mx: MX,
      hosts: [
        seen([probe(HOST, [server])]),
        { exchanger, addresses: null, probes: [], secondLook: [], ...second.seen },
      ],
    },
    { ...published, tlsa: [...published.tlsa, tlsaOfSecond] },
    [mailServer([]), { ...mailServer([]), host: SECOND, preference: 20, ...second.server }],
    'opportunistic',
  );
}

const dnsOf = (status: HostAssessment['dns']['status']): HostAssessment['dns'] => ({
  status,
  securityStatus: 'insecure',
  ttlSeconds: 300,
  cname: [],
});
/** An exchange without an address, whose absence is signed or not. */
const leadingNowhere = (security: 'secure' | 'insecure') => ({
  seen: { addresses: addressesOf(absent(security, 'name-error'), absent(security, 'name-error')) },
  server: { addresses: [], dns: dnsOf('name-error') },
  tlsa: { notAsked: 'no-address' } as const,
});
const NULL_MX_AMONG_OTHERS = {
  seen: { exchanger: { host: '', preference: 0, fault: 'null-mx-among-others' } },
  server: { addresses: [], fault: 'null-mx-among-others', dns: dnsOf('no-data') },
  tlsa: { notAsked: 'not-a-host-name' },
} as const;
const codesOf = ({ findings }: ReturnType<typeof beside>) => findings.map(({ code }) => code);
const outcomeOf = ({ senders }: ReturnType<typeof beside>, name: string) =>
  senders.find(({ sender }) => sender === name)?.outcome;

describe('one server matches its TLSA records, and beside it', () => {
  test.each([
    ['an exchange is proven to have no address', leadingNowhere('secure')],
    ['a null MX stands where it means nothing', NULL_MX_AMONG_OTHERS],
  ])('%s: nobody can be led there, so DANE protects', (_, second) => {
    const judged = beside(second);
    expect(judged.dane).toBe('valid');
    expect(judged.protection).toMatchObject({
      answer: 'enforced',
      strippable: 'unless-sender-checks',
      protectedBy: ['dane'],
    });
    expect(codesOf(judged)).toEqual(['dane-protects', 'not-reported']);
    expect(outcomeOf(judged, 'exchange-online')).toBe('authenticated');
  });

  test('an exchange has no address, and nobody signs that: one can be forged, for senders that check too', () => {
    const judged = beside(leadingNowhere('insecure'));
    expect(judged.dane).toBe('partial');
    expect(judged.protection).toMatchObject({ answer: 'opportunistic', strippable: 'yes', protectedBy: [] });
    expect(judged.findings).toMatchObject([{ code: 'dane-host-without-records', subject: SECOND }]);
    expect(judged.advice).toEqual([]);
    expect(outcomeOf(judged, 'exchange-online')).toBe('encrypted');
    expect(outcomeOf(judged, 'must-verify')).toBe('authenticated');
  });

  test('but whoever honours MTA-STS would not take a forged one', () => {
    const judged = beside(leadingNowhere('insecure'), policy('enforce', MATCHING));
    expect(outcomeOf(judged, 'gmail')).toBe('authenticated');
    expect(outcomeOf(judged, 'exchange-online')).toBe('authenticated');
    expect(outcomeOf(judged, 'postfix-dane')).toBe('encrypted');
  });

  test.each([
    ['is in an unsigned zone', { notAsked: 'insecure-address' } as const],
    [
      'has TLSA records that nobody signs',
      { lookUps: [{ baseDomain: SECOND, answer: found<'TLSA'>([tlsa(3, 1, 1, server)], 'insecure') }] },
    ],
    ['has none', { lookUps: [{ baseDomain: SECOND, answer: absent() }] }],
  ])('a server that %s: the domain is protected in part, and it is named', (_, tlsaOfSecond) => {
    const judged = beside({ seen: { probes: [probe(SECOND, [server])] }, server: {}, tlsa: tlsaOfSecond });
    expect(judged.protection.strippable).toBe('yes');
    expect(judged.findings).toMatchObject([{ code: 'dane-host-without-records', subject: SECOND }]);
    expect(judged.advice.map(({ code }) => code)).toEqual(['publish-tlsa-for-every-host']);
  });
});

test('a server without TLSA records is not set against one whose lookup failed', () => {
  const second = { lookUps: [{ baseDomain: SECOND, answer: absent() }] };
  const judged = beside(
    { seen: { probes: [probe(SECOND, [server])] }, server: {}, tlsa: second },
    policy('none', failed('servfail')),
  );
  expect(codesOf(judged)).toEqual(['dane-unavailable']);
});

const ofUnknownServers = (mode: 'enforce' | 'testing', mx: MailExchangers) => {
  const { mtaSts, ...rest } = policy('enforce', absent());
  const body = BODY.replace('enforce', mode);
  return assessPolicies(
    { domain: 'vendor.example', mx, hosts: [] },
    { ...rest, tlsa: [], mtaSts: { ...mtaSts, fetch: { ...fetched, body } } },
    [],
    mx.source === 'null-mx' ? 'no-mail' : 'untested',
  );
};
const UNAVAILABLE: MailExchangers = { source: 'unavailable', exchangers: [], answer: failed('servfail') };
const NULL_MX: MailExchangers = {
  source: 'null-mx',
  exchangers: [],
  answer: found<'MX'>([{ preference: 0, exchange: '' }]),
};

describe('MTA-STS of a domain whose servers are not known', () => {
  test('nobody says that they all meet it', () => {
    expect(ofUnknownServers('enforce', UNAVAILABLE).findings.map(({ code }) => code)).toEqual([
      'not-reported',
    ]);
  });

  test.each([
    ['the lookup failed', UNAVAILABLE],
    ['there are none', NULL_MX],
  ])('nor is it advised to set the policy to enforce: %s', (_, mx) => {
    const judged = ofUnknownServers('testing', mx);
    expect(judged.findings.map(({ code }) => code)).toEqual(['mta-sts-testing']);
    expect(judged.advice).toEqual([]);
  });
});

const alias = (base: Made, hostNameLook?: readonly ProbeResult[]) =>
  assess(
    policy('enforce', found<'TLSA'>([tlsa(3, 1, 1, base)]), BASE),
    seen([probe(BASE, [base])], hostNameLook),
  );
const mustVerify = ({ senders }: ReturnType<typeof alias>) =>
  senders.find(({ sender }) => sender === 'must-verify')?.outcome;

describe('an exchange that is an alias, probed under its TLSA base domain', () => {
  test('a certificate for both names is good for MTA-STS too', () => {
    const judged = alias(forBoth);
    expect(judged.hosts).toMatchObject([{ dane: { status: 'match', baseDomain: BASE }, mtaSts: 'pass' }]);
    expect(mustVerify(judged)).toBe('authenticated');
    expect(wantsHostNameLook(HOST, probe(BASE, [forBoth]))).toBe(false);
  });

  test('one for the base domain alone says nothing of the other name, and leaves it to be asked for', () => {
    const judged = alias(atBase);
    expect(judged.hosts).toMatchObject([{ dane: { status: 'match' }, mtaSts: 'not-tested' }]);
    expect(judged.protection).toMatchObject({ answer: 'enforced', delivery: 'unknown' });
    expect(mustVerify(judged)).toBe('unknown');
    expect(wantsHostNameLook(HOST, probe(BASE, [atBase]))).toBe(true);
    expect(wantsHostNameLook(BASE, probe(BASE, [atBase]))).toBe(false);
  });

  test('what is shown under the other name decides, and the TLSA records are still held against the first', () => {
    const good = alias(atBase, [probe(HOST, [server])]);
    expect(good.hosts).toMatchObject([{ dane: { status: 'match' }, mtaSts: 'pass' }]);
    const bad = alias(atBase, [probe(HOST, [atBase])]);
    expect(bad.hosts).toMatchObject([{ dane: { status: 'match' }, mtaSts: 'certificate-invalid' }]);
    expect(mustVerify(bad)).toBe('refused');
  });

  test('a handshake that fails under the other name leaves nothing better than what was shown', () => {
    expect(alias(atBase, [broken(HOST)]).hosts).toMatchObject([{ mtaSts: 'certificate-invalid' }]);
    const silent: ProbeResult = {
      attempt: 'not-made',
      ip: IP,
      port: 25,
      serverName: HOST,
      because: 'out-of-time',
      detail: '',
    };
    expect(alias(atBase, [silent]).hosts).toMatchObject([{ mtaSts: 'not-tested' }]);
  });

  test('an address that took two connections is asked no more', () => {
    const twice = probe(BASE, [atBase]);
    if (twice.attempt !== 'made') throw new Error('it was made');
    const [connection] = twice.evidence.connections;
    const evidence = { ...twice.evidence, connections: [connection, connection] as const };
    expect(wantsHostNameLook(HOST, { attempt: 'made', evidence })).toBe(false);
  });
});

describe('what a check lets its domain publish', () => {
  const evidence = { domain: 'vendor.example', mx: MX, hosts: [seen([probe(HOST, [server])])] };
  const now = new Date(NOW);

  test('the TLSA record is that of the key the server showed', () => {
    const servers = [mailServer([])];
    const policies = assessPolicies(evidence, policy('none', absent()), servers, 'opportunistic');
    const { steps } = recordSteps(recordsQuestion(evidence, servers, policies, now));
    expect(steps).toContainEqual({
      step: 'publish-record',
      name: `_25._tcp.${HOST}.`,
      type: 'TLSA',
      data: `3 1 1 ${tlsa(3, 1, 1, server).data}`,
      because: 'tlsa-missing',
    });
  });

  test('a certificate that senders would refuse under MTA-STS is to be replaced first', () => {
    const servers = [mailServer([])];
    const withExpired = { ...evidence, hosts: [seen([probe(HOST, [expired])])] };
    const policies = assessPolicies(withExpired, policy('none', absent()), servers, 'opportunistic');
    const { steps } = recordSteps(recordsQuestion(withExpired, servers, policies, now));
    expect(steps).toContainEqual({
      step: 'first',
      what: 'fit-certificate',
      subject: HOST,
    });
  });

  test('an exchange that is no host name is no part of a policy', () => {
    const servers: readonly HostAssessment[] = [{ ...mailServer([]), host: 'localhost', fault: 'localhost' }];
    const policies = assessPolicies(evidence, policy('none', absent()), servers, 'opportunistic');
    expect(recordsQuestion(evidence, servers, policies, now).hosts).toEqual([]);
  });
});
