import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerCode, DomainAssessment } from '../../functions/assessment/assessment.ts';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { ExchangeFault } from '../../functions/dns/mail-exchangers.ts';
import type { ProbeResult } from '../../functions/probe/prober.ts';
import {
  absent,
  canaries,
  connection,
  DOMAIN,
  domain,
  endedAt,
  failed,
  found,
  host,
  HOST,
  made,
  notMade,
  REFUSED,
  SOUND_TLS,
  WITHOUT_STARTTLS,
} from './observed.ts';

function assess(evidence: DomainEvidence): DomainAssessment {
  const judged = assessDomain(evidence);
  if (judged.outcome !== 'assessed') throw new Error('no such domain');
  return judged.assessment;
}
const codes = ({ reasons }: DomainAssessment): readonly string[] => reasons.map(({ code }) => code);

/** Every way a look at an address can go, by what it means for the answer. */
const LOOKS: Readonly<Record<string, (ip: string) => ProbeResult>> = {
  encrypted: (ip) => made(ip, connection()),
  legacy: (ip) =>
    made(
      ip,
      endedAt('handshake', 'tls'),
      connection({ hello: 'legacy', tls: { ...SOUND_TLS, version: 'TLSv1', cipher: 'AES128-SHA' } }),
    ),
  'not-offered': (ip) => made(ip, WITHOUT_STARTTLS),
  'starttls-failed': (ip) => made(ip, endedAt('handshake', 'tls')),
  refused: (ip) => made(ip, REFUSED),
  unreachable: (ip) => made(ip, endedAt('connect', 'timeout')),
  'out-of-time': (ip) => made(ip, endedAt('ehlo', 'out-of-time')),
  'not-tested': (ip) => notMade(ip, 'backing-off'),
};
const NAMES = Object.keys(LOOKS);
const TELLING: readonly string[] = ['encrypted', 'legacy', 'not-offered', 'starttls-failed'];
const IPS = ['192.0.2.1', '2001:db8::1', '192.0.2.3'];
const look = (name: string, at: number): ProbeResult =>
  (LOOKS[name] ?? LOOKS['unreachable'] ?? made)(IPS[at % IPS.length] ?? '192.0.2.9');

/** The rules of the answer, written a second time and in other words. */
function expectedAnswer(names: readonly string[]): AnswerCode {
  const told = names.filter((name) => TELLING.includes(name));
  if (told.length === 0) return 'untested';
  if (told.every((name) => name === 'encrypted')) return 'opportunistic';
  return told.some((name) => name === 'encrypted' || name === 'legacy') ? 'partial' : 'plaintext';
}

describe('the answer over every combination of one to three addresses', () => {
  const grid: string[][] = NAMES.flatMap((one) => [
    [one],
    ...NAMES.flatMap((two) => [[one, two], ...NAMES.map((three) => [one, two, three])]),
  ]);

  test.each([
    ['on one host', (names: readonly string[]) => domain([host(names.map(look))])],
    [
      'on a host each',
      (names: readonly string[]) =>
        domain(names.map((name, at) => host([look(name, at)], { host: `mx${at}.${DOMAIN}` }))),
    ],
  ])('%s', (_, evidenceOf) => {
    expect(grid).toHaveLength(8 + 64 + 512);
    for (const names of grid) {
      const assessment = assess(evidenceOf(names));
      expect([names, assessment.answer]).toEqual([names, expectedAnswer(names)]);
      const told = names.filter((name) => TELLING.includes(name)).length;
      const { ipv4, ipv6 } = assessment.coverage;
      expect(ipv4.tested + ipv6.tested).toBe(told);
      expect(ipv4.total + ipv6.total).toBe(names.length);
      expect(assessment.encryptedNow === 'always').toBe(names.every((name) => name === 'encrypted'));
      expect(assessment.encryptedNow === 'never').toBe(
        told === names.length && assessment.answer === 'plaintext',
      );
    }
  });
});

describe('each answer with what goes with it', () => {
  test('opportunistic', () => {
    const assessment = assess(domain([host([look('encrypted', 0), look('encrypted', 1)])]));
    expect(assessment).toMatchObject({
      answer: 'opportunistic',
      encryptedNow: 'always',
      strippable: 'yes',
      protectedBy: [],
      provisional: false,
      coverage: {
        hosts: { tested: 1, total: 1 },
        ipv4: { tested: 1, total: 1 },
        ipv6: { tested: 1, total: 1 },
      },
      expected: null,
    });
    expect(assessment.reasons).toMatchObject([
      { code: 'all-tested-encrypt', kind: 'merit', subject: DOMAIN, facts: { addresses: 2 } },
      { code: 'nothing-obliges-senders', kind: 'note', subject: DOMAIN },
      { code: 'requiretls-unproven', kind: 'note', subject: DOMAIN },
    ]);
    expect(assessment.advice).toMatchObject([
      { code: 'require-tls', audience: 'sender' },
      { code: 'publish-policy', audience: 'receiver' },
    ]);
  });

  test('opportunistic where tested', () => {
    const assessment = assess(domain([host([look('encrypted', 0), look('unreachable', 1)])]));
    expect(assessment).toMatchObject({
      answer: 'opportunistic',
      encryptedNow: 'always-where-tested',
      coverage: { hosts: { tested: 1, total: 1 }, ipv6: { tested: 0, total: 1 } },
    });
    expect(assessment.reasons[0]).toMatchObject({ code: 'connect-timeout', subject: `${HOST}[2001:db8::1]` });
  });

  test('partial: one server of three in clear', () => {
    const assessment = assess(
      domain([
        host([look('encrypted', 0)], { host: 'mx1.vendor.example' }),
        host([look('not-offered', 1)], { host: 'mx2.vendor.example', preference: 20 }),
        host([look('encrypted', 2)], { host: 'mx3.vendor.example', preference: 30 }),
      ]),
    );
    expect(assessment).toMatchObject({ answer: 'partial', encryptedNow: 'sometimes', provisional: true });
    expect(assessment.reasons[0]).toMatchObject({
      code: 'starttls-not-supported',
      scope: 'host',
      subject: 'mx2.vendor.example',
    });
    expect(assessment.advice).toMatchObject([
      { code: 'send-secrets-another-way', audience: 'sender', subject: DOMAIN },
      { code: 'enable-starttls', audience: 'receiver', subject: 'mx2.vendor.example' },
      { code: 'look-again', audience: 'sender', subject: DOMAIN },
      { code: 'publish-policy', audience: 'receiver', subject: DOMAIN },
    ]);
  });

  test('plaintext', () => {
    const clear = look('not-offered', 0);
    const assessment = assess(domain([host([clear], { secondLook: [clear] })]));
    expect(assessment).toMatchObject({
      answer: 'plaintext',
      encryptedNow: 'never',
      strippable: 'yes',
      provisional: false,
    });
    expect(codes(assessment)).toEqual(['starttls-not-supported']);
  });

  test('plaintext where tested does not speak of what was not', () => {
    const assessment = assess(domain([host([look('not-offered', 0), look('refused', 1)])]));
    expect(assessment).toMatchObject({ answer: 'plaintext', encryptedNow: 'unknown' });
  });

  test('untested', () => {
    const assessment = assess(domain([host([look('refused', 0), look('unreachable', 1)])]));
    expect(assessment).toMatchObject({
      answer: 'untested',
      encryptedNow: 'unknown',
      strippable: 'yes',
      provisional: true,
      expected: null,
    });
    expect(codes(assessment)).toEqual(['refused', 'connect-timeout', 'second-look-due']);
  });

  test.each([
    ['null-mx', 'null-mx'],
    ['none', 'no-mail-host'],
  ] as const)('no-mail: %s', (source, code) => {
    const assessment = assess(domain([], { source }));
    expect(assessment).toMatchObject({
      answer: 'no-mail',
      encryptedNow: 'not-applicable',
      strippable: 'not-applicable',
      coverage: { hosts: { tested: 0, total: 0 } },
    });
    expect(codes(assessment)).toEqual([code]);
  });

  test('a domain that does not exist has no answer', () => {
    expect(assessDomain(domain([], { source: 'name-error', answer: absent('name-error') }))).toEqual({
      outcome: 'no-such-domain',
      domain: DOMAIN,
      securityStatus: 'insecure',
    });
  });

  test('implicit MX is judged like any other, and told', () => {
    const assessment = assess(
      domain([host([look('encrypted', 0)], { host: DOMAIN })], { source: 'implicit' }),
    );
    expect(assessment.answer).toBe('opportunistic');
    expect(codes(assessment)).toContain('implicit-mx');
  });
});

const unusable = (fault: ExchangeFault, name: string) => host([], { fault, host: name, addresses: null });

describe('exchanges that lead nowhere', () => {
  test.each([
    ['localhost', unusable('localhost', 'localhost'), 'exchange-localhost', 'not-public'],
    ['an address', unusable('address-literal', '192.0.2.1'), 'exchange-address-literal', 'name-error'],
    ['no host name', unusable('not-a-host-name', 'mail server'), 'exchange-not-a-host-name', 'name-error'],
    ['a lone dot among others', unusable('null-mx-among-others', ''), 'null-mx-among-others', 'no-data'],
    [
      'a name that does not exist',
      host([], { addresses: found([], { a: absent('name-error') }) }),
      'host-name-error',
      'name-error',
    ],
    ['a name without address', host([]), 'host-without-address', 'no-data'],
    ['a private address', host([notMade('10.0.0.1', 'not-public')]), 'not-public', 'not-public'],
  ] as const)('%s is undeliverable', (_, exchange, code, status) => {
    const assessment = assess(domain([exchange]));
    expect(assessment).toMatchObject({
      answer: 'undeliverable',
      encryptedNow: 'not-applicable',
      delivery: 'ok',
      coverage: { hosts: { tested: 0, total: 0 }, ipv4: { tested: 0, total: 0 } },
      mailServers: [{ dns: { status } }],
    });
    expect(codes(assessment)).toEqual([code]);
    const advice = code === 'null-mx-among-others' ? 'remove-null-mx' : 'repair-exchange';
    expect(assessment.advice).toMatchObject([{ code: advice, audience: 'receiver' }]);
  });

  test('beside one that works they are faults and are left out of the counts', () => {
    const assessment = assess(
      domain([
        host([look('encrypted', 0)]),
        unusable('localhost', 'localhost'),
        host([], { host: 'gone.example' }),
      ]),
    );
    expect(assessment).toMatchObject({
      answer: 'opportunistic',
      encryptedNow: 'always',
      coverage: { hosts: { tested: 1, total: 1 } },
    });
    expect(codes(assessment).slice(0, 2)).toEqual(['exchange-localhost', 'host-without-address']);
  });

  test('a private address beside a public one is a fault and takes no mail', () => {
    const assessment = assess(domain([host([look('encrypted', 0), notMade('10.0.0.1', 'not-public')])]));
    expect(assessment).toMatchObject({
      answer: 'opportunistic',
      encryptedNow: 'always',
      coverage: { ipv4: { tested: 1, total: 1 } },
      mailServers: [{ dns: { status: 'records' } }],
    });
    expect(assessment.reasons[0]).toMatchObject({ code: 'not-public', subject: `${HOST}[10.0.0.1]` });
  });

  test('a private address while the other family could not be looked up is not surely nowhere', () => {
    const addresses = found(['10.0.0.1'], { aaaa: failed('timeout') });
    const assessment = assess(domain([host([notMade('10.0.0.1', 'not-public')], { addresses })]));
    expect(assessment.answer).toBe('untested');
  });

  test('an alias works and is told', () => {
    const addresses = found(['192.0.2.1'], { cname: ['real.example'] });
    const assessment = assess(domain([host([look('encrypted', 0)], { addresses })]));
    expect(assessment).toMatchObject({ answer: 'opportunistic', mailServers: [{ fault: 'alias' }] });
    expect(assessment.reasons.at(-1)).toMatchObject({
      code: 'exchange-alias',
      kind: 'note',
      facts: { target: 'real.example' },
    });
  });

  test('the domain’s own name may be an alias (RFC 5321 section 5.1)', () => {
    const addresses = found(['192.0.2.1'], { cname: ['real.example'] });
    const assessment = assess(domain([host([look('encrypted', 0)], { addresses })], { source: 'implicit' }));
    expect(codes(assessment)).not.toContain('exchange-alias');
  });
});

describe('lookups that failed', () => {
  test.each([
    ['servfail', 'mx-lookup-failed'],
    ['timeout', 'mx-lookup-failed'],
    ['refused', 'mx-lookup-failed'],
    ['malformed', 'mx-lookup-failed'],
    ['bogus', 'dnssec-invalid'],
  ] as const)('MX %s is untested, never no-mail', (outcome, code) => {
    const assessment = assess(domain([], { source: 'unavailable', answer: failed(outcome, 'No DNSKEY') }));
    expect(assessment.answer).toBe('untested');
    expect(assessment.reasons).toMatchObject([{ code, subject: DOMAIN, facts: { text: 'No DNSKEY' } }]);
  });

  test('neither MX nor a look at the domain’s own address is untested', () => {
    const assessment = assess(domain([], { source: 'unavailable', answer: absent() }));
    expect(assessment.answer).toBe('untested');
    expect(codes(assessment)).toEqual(['mx-lookup-failed']);
  });

  test.each([
    ['servfail', 'host-lookup-failed', 'unavailable'],
    ['bogus', 'dnssec-invalid', 'bogus'],
  ] as const)('a host’s %s is untested, never undeliverable', (outcome, code, status) => {
    const addresses = found([], { a: failed(outcome), aaaa: absent() });
    const assessment = assess(domain([host([], { addresses })]));
    expect(assessment).toMatchObject({
      answer: 'untested',
      coverage: { hosts: { tested: 0, total: 1 } },
      mailServers: [{ dns: { status } }],
    });
    expect(codes(assessment)).toEqual([code]);
  });

  test('one family that could not be looked up leaves the answer where tested', () => {
    const addresses = found(['192.0.2.1'], { aaaa: failed('servfail') });
    const assessment = assess(domain([host([look('encrypted', 0)], { addresses })]));
    expect(assessment).toMatchObject({ answer: 'opportunistic', encryptedNow: 'always-where-tested' });
    expect(assessment.reasons[0]).toMatchObject({
      code: 'family-lookup-failed',
      kind: 'gap',
      facts: { family: 6, outcome: 'servfail' },
    });
  });
});

describe('our own side', () => {
  test('blocked for every server: said once, of the domain, with the doctor as advice', () => {
    const assessment = assess(
      domain(
        [
          host([look('unreachable', 0), look('unreachable', 1)]),
          host([look('unreachable', 2)], { host: 'mx2.vendor.example' }),
        ],
        { egress: canaries('no-connection', 'no-connection', 'no-connection') },
      ),
    );
    expect(assessment.answer).toBe('untested');
    expect(assessment.reasons).toMatchObject([{ code: 'egress-blocked', scope: 'domain', subject: DOMAIN }]);
    expect(assessment.advice).toMatchObject([{ code: 'run-doctor', audience: 'sender' }]);
  });

  test('degraded is told beside a timeout', () => {
    const egress = canaries('clear', 'no-connection', 'no-connection');
    const assessment = assess(domain([host([look('unreachable', 0)])], { egress }));
    expect(assessment.reasons[0]).toMatchObject({
      code: 'egress-degraded',
      facts: { unreached: 2, canaries: 3 },
    });
    expect(codes(assess(domain([host([look('encrypted', 0)])], { egress })))).not.toContain(
      'egress-degraded',
    );
  });

  test('interfered with: nothing is claimed', () => {
    const egress = canaries('tampered', 'tampered', 'tampered');
    for (const name of TELLING) {
      expect(assess(domain([host([look(name, 0)])], { egress })).answer).toBe('untested');
    }
  });
});

const untested = (name: string) => host([look('unreachable', 0)], { host: name });

describe('what may be expected of a provider, when nothing could be tested', () => {
  test.each([
    [['aspmx.l.google.com', 'alt1.aspmx.l.google.com'], { answer: 'opportunistic', basis: 'provider' }],
    [['aspmx.l.google.com', 'mx.vendor.example'], null],
    [['mx01.mail.icloud.com'], null],
    [['mx.vendor.example'], null],
  ])('%j', (names, expected) => {
    expect(assess(domain(names.map(untested))).expected).toEqual(expected);
  });

  test('never where something was tested', () => {
    const google = host([look('not-offered', 0)], { host: 'aspmx.l.google.com' });
    const assessment = assess(domain([google]));
    expect(assessment).toMatchObject({ expected: null, mailServers: [{ provider: 'Google Workspace' }] });
  });
});

const evidenceOf = (hosts: readonly (readonly string[])[], egress: DomainEvidence['egress'] = null) =>
  domain(
    hosts.map((names, at) => host(names.map(look), { host: `mx${at}.${DOMAIN}` })),
    { egress },
  );

describe('whatever was seen', () => {
  const anyLook = fc.constantFrom(...NAMES);
  const anyHosts = fc.array(fc.array(anyLook, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
  const anyEgress = fc.constantFrom(
    null,
    canaries('clear', 'clear'),
    canaries('no-connection', 'no-connection'),
    canaries('tampered', 'tampered'),
  );
  test('without a policy nothing is enforced', () => {
    fc.assert(
      fc.property(anyHosts, anyEgress, (hosts, egress) => {
        const { answer, protectedBy } = assess(evidenceOf(hosts, egress));
        expect(answer).not.toBe('enforced');
        expect(protectedBy).toEqual([]);
      }),
    );
  });

  /** How much good an answer claims. */
  const CLAIMS: readonly AnswerCode[] = ['plaintext', 'partial', 'opportunistic'];
  const SILENT = NAMES.filter((name) => !TELLING.includes(name));

  test('a look that failed instead of showing TLS never makes more of an answer', () => {
    fc.assert(
      fc.property(
        fc.array(anyLook, { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        fc.constantFrom(...SILENT),
        (names, at, silence) => {
          fc.pre(names[at] === 'encrypted');
          const better = assess(evidenceOf([names]));
          const worse = assess(evidenceOf([names.with(at, silence)]));
          expect(CLAIMS.indexOf(worse.answer)).toBeLessThanOrEqual(CLAIMS.indexOf(better.answer));
          expect(worse.encryptedNow).not.toBe('always');
        },
      ),
    );
  });

  test('an address that could not be tested never turns the others’ answer, nor completes it', () => {
    fc.assert(
      fc.property(
        fc.array(anyLook, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...SILENT),
        (names, silence) => {
          const without = assess(evidenceOf([names]));
          const within = assess(evidenceOf([[...names, silence]]));
          expect(within.answer).toBe(without.answer);
          expect(within.encryptedNow).not.toBe('always');
          expect(within.encryptedNow).not.toBe('never');
        },
      ),
    );
  });

  test('a failed lookup never improves an answer', () => {
    fc.assert(
      fc.property(fc.array(anyLook, { minLength: 1, maxLength: 2 }), (names) => {
        const probes = names.map((name) => (LOOKS[name] ?? made)('192.0.2.1'));
        const sure = assess(domain([host(probes)]));
        const unsure = assess(
          domain([host(probes, { addresses: found(['192.0.2.1'], { aaaa: failed('servfail') }) })]),
        );
        expect(unsure.answer).toBe(sure.answer);
        expect(unsure.encryptedNow).not.toBe('always');
        expect(unsure.encryptedNow).not.toBe('never');
      }),
    );
  });

  test('every outcome that is not encryption is told apart from the others', () => {
    const stories = NAMES.filter((name) => name !== 'encrypted').map((name) => {
      const { mailServers } = assess(evidenceOf([[name]]));
      const [address] = mailServers[0]?.addresses ?? [];
      return `${address?.outcome} ${address?.because.code} ${address?.findings.map(({ code }) => code).join(' ')}`;
    });
    expect(new Set(stories).size).toBe(stories.length);
  });

  test('every reason and every piece of advice has a subject, and none is given twice', () => {
    fc.assert(
      fc.property(anyHosts, anyEgress, (hosts, egress) => {
        const { reasons, advice } = assess(evidenceOf(hosts, egress));
        for (const given of [reasons, advice]) {
          const said = given.map(({ code, subject }) => `${code} ${subject}`);
          expect(new Set(said).size).toBe(said.length);
          expect(given.every(({ subject }) => subject !== '')).toBe(true);
        }
      }),
    );
  });

  test('reasons come faults first, then gaps, then merits, then notes', () => {
    const order = ['fault', 'gap', 'merit', 'note'];
    fc.assert(
      fc.property(anyHosts, anyEgress, (hosts, egress) => {
        const kinds = assess(evidenceOf(hosts, egress)).reasons.map(({ kind }) => order.indexOf(kind));
        expect(kinds).toEqual(kinds.toSorted((one, other) => one - other));
      }),
    );
  });

  test('evidence judged twice, or after a journey as JSON, gives the same judgement', () => {
    fc.assert(
      fc.property(anyHosts, anyEgress, (hosts, egress) => {
        const evidence = evidenceOf(hosts, egress);
        const travelled: DomainEvidence = JSON.parse(JSON.stringify(evidence));
        expect(assessDomain(travelled)).toEqual(assessDomain(evidence));
      }),
      { numRuns: 20 },
    );
  });
});

const aboutGroup = (evidence: DomainEvidence) =>
  assess(evidence)
    .reasons.filter(({ code }) => code === 'group-grade')
    .map(({ scope, subject }) => `${scope} ${subject}`);

describe('how widely a reason is told', () => {
  const weak = { ...SOUND_TLS, group: 'DH 1024' };
  const weakAt = (ip: string) => made(ip, connection({ tls: weak }));
  test('every address of every host: of the domain', () => {
    const evidence = domain([
      host([weakAt('192.0.2.1'), weakAt('2001:db8::1')]),
      host([weakAt('192.0.2.2')], { host: 'mx2.vendor.example' }),
    ]);
    expect(aboutGroup(evidence)).toEqual([`domain ${DOMAIN}`]);
  });

  test('every address of one host: of the host', () => {
    const evidence = domain([
      host([weakAt('192.0.2.1'), weakAt('2001:db8::1')]),
      host([look('encrypted', 2)], { host: 'mx2.vendor.example' }),
    ]);
    expect(aboutGroup(evidence)).toEqual([`host ${HOST}`]);
  });

  test('one address of a host: of the address', () => {
    const evidence = domain([host([weakAt('192.0.2.1'), look('encrypted', 1)])]);
    expect(aboutGroup(evidence)).toEqual([`address ${HOST}[192.0.2.1]`]);
  });

  test('the same half of two hosts: of the addresses', () => {
    const evidence = domain([
      host([weakAt('192.0.2.1'), look('encrypted', 1)]),
      host([weakAt('192.0.2.2'), look('encrypted', 1)], { host: 'mx2.vendor.example' }),
    ]);
    expect(aboutGroup(evidence)).toEqual([
      `address ${HOST}[192.0.2.1]`,
      'address mx2.vendor.example[192.0.2.2]',
    ]);
  });

  test('an address that could not be tested does not keep the rest from being told together', () => {
    const evidence = domain([host([weakAt('192.0.2.1'), look('unreachable', 1)])]);
    expect(aboutGroup(evidence)).toEqual([`host ${HOST}`]);
  });
});
