/** A second opinion on DANE and on certificates: Postfix's own probe judges the lab through the same validator. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { INTERNET } from '../lab/internet.ts';
import {
  fingerDane,
  fingerLack,
  fingerSecure,
  judgeDomains,
  programLack,
  reportedDane,
  reportedSecure,
  wouldDeliver,
} from './posttls-finger.ts';
import type { Judged } from './posttls-finger.ts';

const lack = fingerLack();
const uninstalled = programLack();
// A container may refuse a network of its own; a program that is missing can be installed.
if (uninstalled !== null && process.env['CI'] === 'true') {
  throw new Error(`${uninstalled}; CI must install it`);
}

/** Whatever a TLS policy could decide, and single names whose signatures are missing or wrong. */
const SECTIONS: ReadonlySet<string> = new Set([
  'Sound servers',
  'TLS versions and suites',
  'Certificates',
  'STARTTLS not offered',
  'STARTTLS offered, and what follows',
  'Several servers that differ',
  'Where the mail goes, and where it does not',
  'MTA-STS',
  'MTA-STS policies, and servers under them',
  'DANE',
  'DANE and the DNS around it',
  'DANE and MTA-STS together',
]);
const SINGLE = ['secure', 'insecure', 'bogus', 'bogus-address', 'insecure-address', 'servfail'];
/** It stops at the first server, and of these servers' addresses it takes either; one would do and one would not. */
const CHANCE: ReadonlySet<string> = new Set([
  'one-address-in-clear.example',
  'one-family-in-clear.example',
  'dane-one-address.example',
]);
/** Its server changes its mind from connection to connection. */
const FICKLE = 'now-and-then.example';

const domains = [
  ...INTERNET.filter(({ title }) => SECTIONS.has(title)).flatMap((section) => section.domains),
  ...INTERNET.flatMap((section) => section.domains).filter(({ name }) =>
    SINGLE.some((single) => name === `${single}.example`),
  ),
]
  .map(({ name }) => name)
  .filter((name) => name !== FICKLE);

/** `domain level: posttls-finger, mailtls`, by what explains it: words of docs/divergences.md. */
const EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  'its OpenSSL has no ML-KEM': [
    'mlkem-only.example dane: starttls-failed, encrypted, none',
    'mlkem-only.example secure: refused, authenticated',
  ],
  'it does not come again with a legacy hello': [
    'tls10.example dane: starttls-failed, encrypted, none',
    'tls11.example dane: starttls-failed, encrypted, none',
  ],
  'it sends no SNI': [
    'ipv6-only.example secure: refused, authenticated',
    'dane-alias-sts.example secure: refused, authenticated',
  ],
  'it takes a common name': ['common-name-only.example secure: authenticated, refused'],
  'it takes a key of 1024 bits': ['rsa1024.example secure: authenticated, refused'],
  'it cuts a keyword at `=`': ['starttls-equals.example dane: starttls-failed, not-offered'],
  'it does not say HELO after EHLO': ['helo-only.example dane: not-served, not-offered'],
  'it gives up at a null MX among others': [
    'null-mx-among-others.example dane: no-server, a server',
    'null-mx-among-others.example secure: no-server, authenticated',
  ],
  'it takes an address for a host name': [
    'mx-address.example dane: encrypted, none, no such address',
    'mx-address.example secure: refused, no-server',
    'mx-mapped.example dane: encrypted, none, no such address',
  ],
  'it delivers to its own machine': [
    'mx-localhost.example dane: encrypted, none, no such address',
    'mx-localhost.example secure: refused, no-server',
  ],
};

describe.skipIf(lack !== null)(`posttls-finger${lack === null ? '' : ` (left out: ${lack})`}`, () => {
  let judged: readonly Judged[] = [];
  beforeAll(async () => {
    judged = await judgeDomains(domains);
  }, 180_000);

  test('judges what we judge, and every difference is explained', () => {
    const differences = judged.flatMap(({ domain, finger, report }) => {
      const pairs = [
        ['dane', fingerDane(finger.dane), reportedDane(report, finger.dane)],
        ['secure', fingerSecure(finger.secure), reportedSecure(report)],
      ] as const;
      return pairs
        .filter(([level, theirs, ours]) => theirs !== ours && !(level === 'secure' && CHANCE.has(domain)))
        .map(([level, theirs, ours]) => `${domain} ${level}: ${theirs}, ${ours}`);
    });
    expect(differences.toSorted()).toEqual(Object.values(EXPLAINED).flat().toSorted());
  });

  test('a rule that is exported for Postfix lets mail through', () => {
    const ruled = judged.flatMap(({ domain, underRule }) =>
      underRule === null || CHANCE.has(domain)
        ? []
        : [{ domain, level: underRule.level, through: wouldDeliver(underRule) }],
    );
    expect(new Set(ruled.map(({ level }) => level))).toEqual(new Set(['encrypt', 'verify', 'dane-only']));
    expect(ruled.length).toBeGreaterThan(60);
    // Its OpenSSL has no ML-KEM.
    expect(ruled.filter(({ through }) => !through).map(({ domain }) => domain)).toEqual([
      'mlkem-only.example',
    ]);
  });

  test('every verdict of DANE is among those that were compared', () => {
    const verdicts = new Set(judged.map(({ finger }) => fingerDane(finger.dane)));
    expect([...verdicts].toSorted()).toEqual([
      'encrypted, match',
      'encrypted, match, unsigned MX',
      'encrypted, mismatch',
      'encrypted, none',
      'encrypted, unusable',
      'lookup failed',
      'no-server',
      'not-offered',
      'not-served',
      'starttls-failed',
    ]);
    expect(judged.length).toBeGreaterThan(130);
  });

  test('the reports are whole ones, their security from signatures', () => {
    for (const { report } of judged) expect(reportSchema.safeParse(report).success).toBe(true);
    const secure = judged.filter(({ report }) => report.policy.mx.securityStatus === 'secure');
    expect(secure.length).toBeGreaterThan(30);
  });
});

test('what explains a difference from posttls-finger stands in the divergences', () => {
  const page = readFileSync(new URL('../../docs/divergences.md', import.meta.url), 'utf8');
  const explanations = [...Object.keys(EXPLAINED), 'it stops at the first server'];
  for (const words of explanations) expect(page.replaceAll(/\s+/g, ' ')).toContain(words);
});
