/**
 * The lab's domains that publish a policy, through the command: what is said of each, and why mail is lost where
 * it is.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { POLICIES } from '../lab/policies.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

/**
 * By answer, protection and delivery: the domains below `.example`, the codes that their reports give beside the
 * usual ones, and why there is no MTA-STS policy, an RFC 8460 section 4.3 result type where one fits.
 */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'enforced mta-sts ok': {
    'sts-enforce': ['mta-sts-protects'],
    'requiretls-sts': ['mta-sts-protects', 'requiretls-reliable'],
    'requiretls-in-part': ['mta-sts-protects', 'requiretls-in-part'],
    'sts-crlf': ['mta-sts-protects'],
    'sts-unknown-keys': ['mta-sts-protects'],
    'sts-wildcard': ['mta-sts-protects'],
    'sts-max-age-short': ['mta-sts-protects', 'mta-sts-max-age-short'],
    'sts-media-type': ['mta-sts-protects', 'mta-sts-media-type'],
    'sts-no-media-type': ['mta-sts-protects', 'mta-sts-media-type'],
    tlsrpt: ['mta-sts-protects'],
    'tlsrpt-https': ['mta-sts-protects'],
  },
  'opportunistic mta-sts failing': {
    'sts-wildcard-two-labels': ['mail-refused', 'mta-sts-host-refused'],
    'sts-mx-not-named': ['mail-refused', 'mta-sts-host-refused'],
    'sts-server-expired': ['mail-refused', 'mta-sts-host-refused', 'certificate-expired'],
    'sts-server-self-signed': ['mail-refused', 'mta-sts-host-refused', 'self-signed'],
    'sts-server-wrong-name': ['mail-refused', 'mta-sts-host-refused', 'certificate-host-mismatch'],
  },
  'opportunistic - ok': {
    'sts-testing': ['mta-sts-testing'],
    'sts-testing-not-named': ['mta-sts-host-would-be-refused', 'mta-sts-testing'],
    'sts-none': ['mta-sts-mode-none'],
    'below.sts-enforce': ['mta-sts-not-inherited'],
    'sts-several-records': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-no-id': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-version-lower-case': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-no-address': ['mta-sts-invalid', 'sts-policy-fetch-error'],
    'sts-not-http': ['mta-sts-invalid', 'sts-policy-fetch-error'],
    'sts-redirect': ['mta-sts-invalid', 'sts-policy-fetch-error'],
    'sts-404': ['mta-sts-invalid', 'sts-policy-fetch-error'],
    'sts-huge': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-host-wrong-name': ['mta-sts-invalid', 'sts-webpki-invalid'],
    'sts-host-expired': ['mta-sts-invalid', 'sts-webpki-invalid'],
    'sts-host-not-yet-valid': ['mta-sts-invalid', 'sts-webpki-invalid'],
    'sts-host-self-signed': ['mta-sts-invalid', 'sts-webpki-invalid'],
    'sts-host-unknown-ca': ['mta-sts-invalid', 'sts-webpki-invalid'],
    'sts-host-common-name-only': ['mta-sts-invalid', 'sts-webpki-invalid'],
    'sts-malformed-line': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-html': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-no-version': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-unknown-mode': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-no-mx': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-max-age-too-long': ['mta-sts-invalid', 'sts-policy-invalid'],
    'sts-testing-server-expired': ['mta-sts-host-would-be-refused', 'mta-sts-testing', 'certificate-expired'],
    'dane-usage-0': ['dane-unusable', 'dane-encryption-only'],
    'dane-usage-1': ['dane-unusable', 'dane-encryption-only'],
    'dane-digest-length': ['dane-unusable', 'dane-encryption-only'],
    'dane-unusable': ['dane-unusable', 'dane-encryption-only'],
    'requiretls-signed': ['requiretls-reliable'],
    'dane-insecure-mx': ['dane-insecure-mx'],
    'dane-insecure-address': [],
    'dane-insecure-tlsa': [],
    'dane-one-of-two': ['dane-host-without-records'],
    'tlsrpt-several': ['tls-reporting-invalid'],
    'tlsrpt-no-rua': ['tls-reporting-invalid'],
    'tlsrpt-not-a-uri': ['tls-reporting-invalid'],
    'tlsrpt-version': ['tls-reporting-invalid'],
    'tlsrpt-servfail': ['tls-reporting-unavailable'],
  },
  'opportunistic - unknown': {
    'sts-bogus-record': ['mta-sts-unavailable', 'dnssec-invalid'],
    'requiretls-servfail': ['mta-sts-unavailable', 'record-unavailable'],
    'sts-servfail-record': ['mta-sts-unavailable', 'record-unavailable'],
    'sts-refused': ['mta-sts-unavailable', 'sts-policy-fetch-error'],
    'sts-reset': ['mta-sts-unavailable', 'sts-policy-fetch-error'],
    'sts-silent': ['mta-sts-unavailable', 'sts-policy-fetch-error'],
    'sts-slow': ['mta-sts-unavailable', 'sts-policy-fetch-error'],
    'sts-503': ['mta-sts-unavailable', 'sts-policy-fetch-error'],
    'dane-servfail': ['dane-unavailable'],
    'dane-timeout': ['dane-unavailable'],
  },
  'opportunistic mta-sts degraded': {
    'sts-one-not-named': ['mta-sts-host-refused'],
  },
  'plaintext mta-sts failing': {
    'sts-server-in-clear': [
      'mail-refused',
      'starttls-not-supported',
      'mta-sts-host-refused',
      'second-look-due',
    ],
  },
  'enforced dane ok': {
    'dane-311': ['dane-protects'],
    'requiretls-dane': ['dane-protects', 'requiretls-reliable'],
    'dane-301': ['dane-protects'],
    'dane-312': ['dane-protects'],
    'dane-310': ['dane-protects'],
    'dane-211': ['dane-protects'],
    'dane-ta-in-record': ['dane-protects'],
    'dane-ee-expired': ['dane-protects', 'certificate-expired'],
    'dane-ee-wrong-name': ['dane-protects', 'certificate-host-mismatch'],
    'dane-ee-self-signed': ['dane-protects', 'self-signed'],
    'dane-rollover': ['dane-protects'],
    'dane-stale-other-selector': ['dane-protects'],
    'dane-unusable-beside-match': ['dane-protects'],
    'dane-alias': ['dane-protects', 'exchange-alias'],
    'dane-alias-unsigned': ['dane-protects', 'exchange-alias', 'certificate-host-mismatch'],
    'dane-both': ['dane-protects'],
  },
  'opportunistic dane failing': {
    'dane-ta-not-sent': ['mail-refused', 'dane-mismatch'],
    'dane-ta-expired': ['mail-refused', 'dane-mismatch', 'certificate-expired'],
    'dane-ta-wrong-name': ['mail-refused', 'dane-mismatch', 'certificate-host-mismatch'],
    'dane-stale': ['mail-refused', 'dane-mismatch'],
    'requiretls-dane-stale': ['mail-refused', 'dane-mismatch', 'requiretls-unproven'],
    'dane-stale-stronger': ['mail-refused', 'dane-mismatch', 'tlsa-outranked'],
  },
  'plaintext - failing': {
    'dane-unusable-in-clear': [
      'mail-refused',
      'starttls-not-supported',
      'dane-unusable',
      'second-look-due',
      'dane-encryption-only',
    ],
  },
  'plaintext dane failing': {
    'dane-in-clear': ['mail-refused', 'starttls-not-supported', 'dane-mismatch', 'second-look-due'],
  },
  'opportunistic - failing': {
    'dane-bogus': ['mail-refused', 'dane-bogus'],
  },
  'opportunistic dane degraded': {
    'dane-one-stale': ['dane-mismatch'],
    'dane-one-address': ['dane-partial-match', 'self-signed'],
  },
  'enforced dane+mta-sts ok': {
    'dane-and-sts': ['dane-protects', 'mta-sts-protects'],
    'dane-alias-sts': ['dane-protects', 'mta-sts-protects', 'exchange-alias'],
    'dane-alias-sts-wildcard': ['dane-protects', 'mta-sts-protects', 'exchange-alias'],
  },
  'enforced dane+mta-sts failing': {
    'dane-stale-under-sts': ['mail-refused', 'dane-mismatch', 'mta-sts-protects'],
    'dane-match-sts-refused': ['mail-refused', 'mta-sts-host-refused', 'dane-protects'],
    'dane-alias-sts-refused': ['mail-refused', 'mta-sts-host-refused', 'dane-protects', 'exchange-alias'],
  },
};
/** Said of every domain that encrypts, is not bound by a policy, or does not ask for reports. */
const USUAL = new Set(['all-tested-encrypt', 'nothing-obliges-senders', 'not-reported']);

let lab: Lab;
const reports = new Map<string, Report>();

async function check(
  domains: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly Report[]> {
  const { out } = await runMailtls(['check', '--json', '--file', '-'], {
    input: domains.join('\n'),
    environment: {
      ...lab.environment,
      MAILTLS_POLICY_TIMEOUT_MS: '6000',
      MAILTLS_DNS_TIMEOUT_MS: '2000',
      ...settings,
    },
  });
  return out
    .trim()
    .split('\n')
    .map((line) => reportSchema.parse(JSON.parse(line)));
}

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  const domains = Object.values(ANSWERS).flatMap((names) => Object.keys(names));
  for (const report of await check(domains.map((name) => `${name}.example`))) {
    reports.set(report.domain, report);
  }
});
afterAll(async () => lab.close());

describe.each(Object.entries(ANSWERS))('%s', (outcome, domains) => {
  test.each(Object.entries(domains))('%s.example %j', (name, codes) => {
    const report = reports.get(`${name}.example`);
    const { answer, protectedBy = [], delivery, reasons = [] } = report?.verdict ?? {};
    expect(`${answer} ${protectedBy.join('+') || '-'} ${delivery}`).toBe(outcome);
    const said = reasons.map(({ code }) => code).filter((code) => !USUAL.has(code));
    const failure = report?.policy.mtaSts.failure ?? null;
    expect([...new Set(said), ...(failure === null ? [] : [failure])]).toEqual(codes);
  });
});

test('every domain of the lab that publishes a policy has its row', () => {
  const declared = POLICIES.flatMap(({ domains }) => domains.map(({ name }) => name));
  expect(declared.filter((name) => !reports.has(name))).toEqual([]);
  expect(declared.length).toBeGreaterThan(85);
});

test('a policy is asked for once, at the well-known address, where its record says that there is one', () => {
  expect(lab.policyVisits('sts-enforce.example')).toEqual({
    connections: 1,
    requests: ['GET /.well-known/mta-sts.txt'],
  });
  expect(lab.policyVisits('sts-no-id.example').connections).toBe(0);
  expect(lab.policyVisits('sts-several-records.example').connections).toBe(0);
});

test('nothing is asked of a policy host whose certificate is not good for it (RFC 8461 section 3.3)', () => {
  for (const name of ['wrong-name', 'expired', 'self-signed', 'unknown-ca', 'common-name-only']) {
    const { connections, requests } = lab.policyVisits(`sts-host-${name}.example`);
    expect({ name, connections, requests }).toEqual({ name, connections: 1, requests: [] });
  }
});

const namesAsked = (name: string) =>
  lab.connections(lab.addresses(`real.${name}.example`)[0] ?? '').map(({ serverName }) => serverName);

test('an exchange that is an alias is asked by its own name only where that may show another certificate', () => {
  expect(namesAsked('dane-alias-sts-wildcard')).toEqual(['real.dane-alias-sts-wildcard.example']);
  for (const name of ['dane-alias-sts', 'dane-alias-sts-refused']) {
    expect(namesAsked(name)).toEqual([`real.${name}.example`, `mx.${name}.example`]);
    const [server] = reports.get(`${name}.example`)?.mailServers ?? [];
    expect(server?.mtaSts).toBe(name === 'dane-alias-sts' ? 'pass' : 'certificate-invalid');
  }
});

test('a redirect is not followed, even to a sound policy', () => {
  expect(lab.policyVisits('sts-redirect.example').requests).toHaveLength(1);
  expect(lab.policyVisits('sts-enforce.example').requests).toHaveLength(1);
});

test('a policy host at a private address is not connected to', async () => {
  const before = lab.policyVisits('sts-enforce.example').connections;
  const [report] = await check(['sts-enforce.example'], { MAILTLS_ALLOW_PRIVATE: 'false' });
  expect(report?.policy.mtaSts).toMatchObject({ status: 'invalid', failure: 'sts-policy-fetch-error' });
  expect(report?.verdict.reasons).toContainEqual(
    expect.objectContaining({ code: 'mta-sts-invalid', subject: 'sts-enforce.example' }),
  );
  expect(lab.policyVisits('sts-enforce.example').connections).toBe(before);
});

test('a resolver that never answers does not keep the command running', async () => {
  const [report] = await check(['timeout.example']);
  expect(report?.verdict.answer).toBe('untested');
});
