/**
 * The domains of the lab that publish a policy: MTA-STS (RFC 8461), DANE (RFC 7672), TLS reporting (RFC 8460), each
 * sound or with one thing wrong. To add one, write a row.
 */
import type { Address, Domain, MtaSts, Section } from './declaration.ts';
import type { Pin } from './pin.ts';
import type { PolicyPosture } from './policy-posture.ts';
import type { Posture } from './posture.ts';
import { POSTURES } from './postures.ts';

const P: Record<keyof typeof POSTURES, Posture> = POSTURES;

const at = (...answering: readonly [Posture, ...Posture[]]): Address => ({ ip: 'own', answering });

type More = Omit<Domain, 'name' | 'shows'> & { readonly server?: Posture };

/** A domain with one mail server of one address, sound where nothing else is said. */
function domain(name: string, shows: string, { server = P.modern, ...more }: More): Domain {
  return { name: `${name}.example`, shows, mx: [[10, 'mx']], hosts: { mx: [at(server)] }, ...more };
}

const MODE_AND_AGE = ['version: STSv1', 'mode: enforce', 'max_age: 604800'];
const ENFORCE = [...MODE_AND_AGE, 'mx: mx.{domain}'];
const inMode = (mode: string): readonly string[] =>
  ENFORCE.map((line) => line.replace('mode: enforce', `mode: ${mode}`));
const naming = (...patterns: readonly string[]): readonly string[] => [
  ...MODE_AND_AGE,
  ...patterns.map((pattern) => `mx: ${pattern}`),
];

/** MTA-STS: a policy in mode enforce that names `mx`, where nothing else is said. */
const sts = (posture: PolicyPosture = {}, records?: readonly string[]): { readonly mtaSts: MtaSts } => ({
  mtaSts: { ...(records === undefined ? {} : { records }), host: { policy: ENFORCE, ...posture } },
});

const pin = (as: Pin['as'], of: Pin['of'] = 'server'): Pin => ({ as, of });
/** A domain signed all the way, with TLSA records for its server. */
const dane = (...pins: readonly Pin[]) => ({ answers: 'secure', tlsa: { mx: pins } }) as const;

const tlsReporting = (...texts: readonly string[]): Pick<Domain, 'records'> => ({
  records: texts.map((data) => ({ name: '_smtp._tls', type: 'TXT', data })),
});

const TWO: Pick<Domain, 'mx' | 'hosts'> = {
  mx: [
    [10, 'mx'],
    [20, 'mx2'],
  ],
  hosts: { mx: [at(P.modern)], mx2: [at(P.modern)] },
};

const MTA_STS: readonly Domain[] = [
  domain('sts-enforce', 'a policy in mode enforce', sts()),
  domain('sts-crlf', 'a policy with CRLF line ends', sts({ lineEnd: '\r\n' })),
  domain(
    'sts-unknown-keys',
    'a policy and a record with keys nobody knows yet',
    sts({ policy: ['colour: blue', ...ENFORCE] }, ['v=STSv1; id=20261122; colour=blue;']),
  ),
  domain('sts-wildcard', 'a policy that names *.domain', sts({ policy: naming('*.{domain}') })),
  {
    ...domain('sts-wildcard-two-labels', 'a policy that names *.domain, a server two labels below it', {
      ...sts({ policy: naming('*.{domain}') }),
      hosts: { 'a.mx': [at(P.modern)] },
    }),
    mx: [[10, 'a.mx.sts-wildcard-two-labels.example']],
  },
  domain('sts-testing', 'a policy in mode testing', sts({ policy: inMode('testing') })),
  domain('sts-testing-not-named', 'mode testing, and the server is not named', {
    ...sts({ policy: [...inMode('testing').slice(0, -1), 'mx: other.{domain}'] }),
  }),
  domain('sts-none', 'a policy in mode none', sts({ policy: inMode('none').slice(0, -1) })),
  domain(
    'sts-max-age-short',
    'a policy that lasts ten minutes',
    sts({ policy: ENFORCE.map((line) => line.replace('604800', '600')) }),
  ),
  {
    ...domain('below.sts-enforce', 'a domain below one that has a policy', {}),
    mx: [[10, 'mx.sts-enforce.example']],
    hosts: {},
  },

  domain('sts-several-records', 'two records', sts({}, ['v=STSv1; id=1', 'v=STSv1; id=2'])),
  domain('sts-no-id', 'a record without id', sts({}, ['v=STSv1;'])),
  domain('sts-version-lower-case', 'a record that is nearly one', sts({}, ['v=stsv1; id=1'])),
  domain('sts-bogus-record', "the record's signatures are wrong", {
    ...sts(),
    answers: 'secure',
    answersAt: { '_mta-sts': 'bogus' },
  }),
  domain('sts-servfail-record', 'SERVFAIL for the record', {
    ...sts(),
    answersAt: { '_mta-sts': 'servfail' },
  }),
];

const MTA_STS_HOSTS: readonly Domain[] = [
  domain('sts-no-address', 'a record, and the policy host has no address', {
    mtaSts: { host: 'no-address' },
  }),
  domain('sts-refused', "the policy host's port is closed", { mtaSts: { host: 'nobody' } }),
  domain('sts-reset', 'the policy host resets connections', sts({ instead: 'reset' })),
  domain('sts-silent', 'the policy host does not answer', sts({ instead: 'silence' })),
  domain('sts-slow', 'the policy comes a byte at a time, without end', sts({ instead: 'endless' })),
  domain('sts-not-http', 'the policy host does not speak HTTP', sts({ instead: 'not-http' })),
  domain(
    'sts-redirect',
    'a redirect to a sound policy',
    sts({
      status: 301,
      headers: { location: 'https://mta-sts.sts-enforce.example/.well-known/mta-sts.txt' },
    }),
  ),
  domain('sts-404', '404 in place of the policy', sts({ status: 404 })),
  domain('sts-503', '503 in place of the policy', sts({ status: 503 })),
  domain(
    'sts-huge',
    'a policy of more than 64 KiB',
    sts({ policy: [...ENFORCE, `mx: *.${'x'.repeat(70_000)}.example`] }),
  ),
  domain('sts-host-wrong-name', "the policy host's certificate is for another name", {
    ...sts({ certificate: 'wrong-name' }),
  }),
  domain('sts-host-expired', "the policy host's certificate has expired", sts({ certificate: 'expired' })),
  domain('sts-host-not-yet-valid', "the policy host's certificate holds from in ten days", {
    ...sts({ certificate: 'not-yet-valid' }),
  }),
  domain('sts-host-self-signed', "the policy host's certificate is signed by itself", {
    ...sts({ certificate: 'self-signed' }),
  }),
  domain('sts-host-unknown-ca', "the policy host's certificate is of an authority nobody knows", {
    ...sts({ certificate: 'unknown-authority' }),
  }),
  domain('sts-host-common-name-only', "the policy host's certificate has no subjectAltName", {
    ...sts({ certificate: 'common-name-only' }),
  }),
];

const MTA_STS_POLICIES: readonly Domain[] = [
  domain('sts-media-type', 'a policy sent as text/html', sts({ mediaType: 'text/html' })),
  domain('sts-no-media-type', 'a policy sent without a media type', sts({ mediaType: null })),
  domain('sts-malformed-line', 'a line that is no key and value', sts({ policy: [...ENFORCE, 'mx mx2'] })),
  domain('sts-html', 'a web page in place of the policy', sts({ policy: ['<!doctype html>'] })),
  domain('sts-no-version', 'a policy without version', sts({ policy: ENFORCE.slice(1) })),
  domain('sts-unknown-mode', 'a policy in a mode nobody knows', sts({ policy: inMode('report') })),
  domain('sts-no-mx', 'a policy in mode enforce that names no server', sts({ policy: MODE_AND_AGE })),
  domain(
    'sts-max-age-too-long',
    'a policy for more than a year',
    sts({ policy: ENFORCE.map((line) => line.replace('604800', '31557601')) }),
  ),
  domain('sts-mx-not-named', 'the policy names another server', sts({ policy: naming('other.{domain}') })),
  domain('sts-one-not-named', 'the policy names one of two servers', { ...sts(), ...TWO }),
  domain('sts-server-expired', "mode enforce, the server's certificate has expired", {
    ...sts(),
    server: P.expired,
  }),
  domain('sts-server-self-signed', "mode enforce, the server's certificate is signed by itself", {
    ...sts(),
    server: P.selfSigned,
  }),
  domain('sts-server-wrong-name', "mode enforce, the server's certificate is for another name", {
    ...sts(),
    server: P.wrongName,
  }),
  domain('sts-server-in-clear', 'mode enforce, the server does not offer STARTTLS', {
    ...sts(),
    server: P.noStarttls,
  }),
  domain('sts-testing-server-expired', "mode testing, the server's certificate has expired", {
    ...sts({ policy: inMode('testing') }),
    server: P.expired,
  }),
];

const DANE: readonly Domain[] = [
  domain('dane-311', "TLSA 3 1 1 of the server's key", dane(pin('3 1 1'))),
  domain('dane-301', "TLSA 3 0 1 of the server's certificate", dane(pin('3 0 1'))),
  domain('dane-312', 'TLSA 3 1 2, a SHA-512', dane(pin('3 1 2'))),
  domain('dane-310', 'TLSA 3 1 0, the key itself', dane(pin('3 1 0'))),
  domain(
    'dane-211',
    'TLSA 2 1 1 of the authority, whose certificate is sent',
    dane(pin('2 1 1', 'intermediate')),
  ),
  domain('dane-ta-not-sent', 'TLSA 2 1 1 of a root that is not sent', dane(pin('2 1 1', 'root'))),
  domain('dane-ta-in-record', 'TLSA 2 0 0: a root that is not sent and stands in the record', {
    ...dane(pin('2 0 0', 'root')),
  }),
  domain('dane-ta-expired', "DANE-TA, the server's certificate has expired", {
    ...dane(pin('2 1 1', 'intermediate')),
    server: P.expired,
  }),
  domain('dane-ta-wrong-name', "DANE-TA, the server's certificate is for another name", {
    ...dane(pin('2 1 1', 'intermediate')),
    server: P.wrongName,
  }),
  domain('dane-ee-expired', "DANE-EE, the server's certificate has expired", {
    ...dane(pin('3 1 1')),
    server: P.expired,
  }),
  domain('dane-ee-wrong-name', "DANE-EE, the server's certificate is for another name", {
    ...dane(pin('3 1 1')),
    server: P.wrongName,
  }),
  domain('dane-ee-self-signed', "DANE-EE, the server's certificate is signed by itself", {
    ...dane(pin('3 1 1')),
    server: P.selfSigned,
  }),
  domain('dane-stale', 'TLSA 3 1 1 of the key before this one', dane(pin('3 1 1', 'former'))),
  domain('dane-rollover', 'TLSA 3 1 1 of the former key and of this one', {
    ...dane(pin('3 1 1', 'former'), pin('3 1 1')),
  }),
  domain('dane-stale-stronger', 'TLSA 3 1 2 of the former key beside 3 1 1 of this one', {
    ...dane(pin('3 1 2', 'former'), pin('3 1 1')),
  }),
  domain('dane-stale-other-selector', 'TLSA 3 0 2 of the former certificate beside 3 1 1 of this key', {
    ...dane(pin('3 0 2', 'former'), pin('3 1 1')),
  }),
  domain('dane-usage-0', 'TLSA 0 1 1, which is not for mail', dane(pin('0 1 1', 'intermediate'))),
  domain('dane-usage-1', 'TLSA 1 1 1, which is not for mail', dane(pin('1 1 1'))),
  domain('dane-digest-length', 'TLSA 3 1 1 with half a digest', dane({ ...pin('3 1 1'), octets: 16 })),
  domain('dane-unusable', 'TLSA records none of which can be used', {
    ...dane(pin('1 1 1'), pin('3 2 1'), pin('3 1 9'), { ...pin('3 1 2'), octets: 32 }),
  }),
  domain('dane-unusable-in-clear', 'TLSA records that cannot be used, and no STARTTLS', {
    ...dane(pin('1 1 1')),
    server: P.noStarttls,
  }),
  domain('dane-unusable-beside-match', 'TLSA 1 1 1 beside 3 1 1', dane(pin('1 1 1'), pin('3 1 1'))),
  domain('dane-in-clear', 'TLSA records, and no STARTTLS', { ...dane(pin('3 1 1')), server: P.noStarttls }),
];

const DANE_DNS: readonly Domain[] = [
  {
    ...domain('dane-insecure-mx', 'MX records that are not signed, of a server with TLSA 3 1 1', {
      hosts: {},
    }),
    mx: [[10, 'mx.dane-311.example']],
  },
  domain('dane-insecure-address', "TLSA records, and the server's address is not signed", {
    ...dane(pin('3 1 1')),
    answersAt: { mx: 'insecure' },
  }),
  domain('dane-insecure-tlsa', 'TLSA records that are not signed', {
    ...dane(pin('3 1 1')),
    answersAt: { '_25._tcp.mx': 'insecure' },
  }),
  domain('dane-bogus', "the TLSA records' signatures are wrong", {
    ...dane(pin('3 1 1')),
    answersAt: { '_25._tcp.mx': 'bogus' },
  }),
  domain('dane-servfail', 'SERVFAIL for the TLSA records', {
    ...dane(pin('3 1 1')),
    answersAt: { '_25._tcp.mx': 'servfail' },
  }),
  domain('dane-timeout', 'no answer for the TLSA records', {
    ...dane(pin('3 1 1')),
    answersAt: { '_25._tcp.mx': 'timeout' },
  }),
  {
    ...domain('dane-alias', 'the exchange is an alias, TLSA 3 1 1 at its target', {
      answers: 'secure',
      tlsa: { real: [pin('3 1 1')] },
      hosts: { real: [at(P.modern)] },
    }),
    records: [{ name: 'mx', type: 'CNAME', data: 'real.dane-alias.example' }],
  },
  {
    ...domain(
      'dane-alias-unsigned',
      'the exchange is a signed alias of an unsigned name, TLSA at the alias',
      {
        answers: 'secure',
        tlsa: { mx: [{ ...pin('3 1 1'), host: 'mx.insecure.example' }] },
        hosts: {},
      },
    ),
    records: [{ name: 'mx', type: 'CNAME', data: 'mx.insecure.example' }],
  },
  domain('dane-one-of-two', 'TLSA records for one of two servers', { ...dane(pin('3 1 1')), ...TWO }),
  domain('dane-both', 'TLSA records for both servers', {
    ...TWO,
    answers: 'secure',
    tlsa: { mx: [pin('3 1 1')], mx2: [pin('2 1 1', 'intermediate')] },
  }),
  domain('dane-one-stale', "the first server's TLSA record is stale, the second's is not", {
    ...TWO,
    answers: 'secure',
    tlsa: { mx: [pin('3 1 1', 'former')], mx2: [pin('3 1 1')] },
  }),
  domain('dane-one-address', "one of the server's two addresses shows another key", {
    ...dane(pin('3 1 1')),
    hosts: { mx: [at(P.modern), at(P.selfSigned)] },
  }),
];

/** The exchange is an alias of `real`, which has the TLSA record; a policy in mode enforce names the exchange. */
const aliasUnderPolicy = (name: string, shows: string, address: Address): Domain => ({
  ...domain(name, shows, {
    answers: 'secure',
    tlsa: { real: [pin('3 1 1')] },
    hosts: { real: [address] },
    ...sts(),
  }),
  records: [{ name: 'mx', type: 'CNAME', data: `real.${name}.example` }],
});

const TOGETHER: readonly Domain[] = [
  aliasUnderPolicy('dane-alias-sts', 'the exchange is an alias, and each name has its own certificate', {
    ...at(P.modern),
    alsoNamed: ['mx'],
  }),
  aliasUnderPolicy('dane-alias-sts-wildcard', 'the exchange is an alias, one certificate is for both names', {
    ...at(P.wildcard),
  }),
  aliasUnderPolicy('dane-alias-sts-refused', 'the exchange is an alias without a certificate of its own', {
    ...at(P.modern),
  }),
  domain('dane-and-sts', 'TLSA 3 1 1 and a policy in mode enforce', { ...dane(pin('3 1 1')), ...sts() }),
  domain('dane-stale-under-sts', 'a stale TLSA record, a policy that the server passes', {
    ...dane(pin('3 1 1', 'former')),
    ...sts(),
  }),
  domain('dane-match-sts-refused', 'a TLSA record that matches, a policy that names another server', {
    ...dane(pin('3 1 1')),
    ...sts({ policy: naming('other.{domain}') }),
  }),
];

const TLS_REPORTING: readonly Domain[] = [
  domain('tlsrpt', 'reports wanted by mail, and a policy to report on', {
    ...sts(),
    ...tlsReporting('v=TLSRPTv1; rua=mailto:reports@tlsrpt.example'),
  }),
  domain('tlsrpt-https', 'reports wanted over HTTPS and by mail', {
    ...sts(),
    ...tlsReporting(
      'v=TLSRPTv1; rua=https://reports.tlsrpt-https.example/v1,mailto:reports@tlsrpt-https.example',
    ),
  }),
  domain('tlsrpt-several', 'two TLS reporting records', {
    ...tlsReporting(
      'v=TLSRPTv1; rua=mailto:one@tlsrpt-several.example',
      'v=TLSRPTv1; rua=mailto:two@tlsrpt-several.example',
    ),
  }),
  domain('tlsrpt-no-rua', 'a TLS reporting record without an address', tlsReporting('v=TLSRPTv1;')),
  domain('tlsrpt-not-a-uri', 'an address that is no URI', {
    ...tlsReporting('v=TLSRPTv1; rua=reports@tlsrpt-not-a-uri.example'),
  }),
  domain('tlsrpt-version', 'a TLS reporting record that is nearly one', {
    ...tlsReporting('v=TLSRPT1; rua=mailto:reports@tlsrpt-version.example'),
  }),
  domain('tlsrpt-servfail', 'SERVFAIL for the TLS reporting record', {
    answersAt: { '_smtp._tls': 'servfail' },
  }),
];

/** RFC 8689 section 4.2.1: what a server promises is worth as much as what proves the server. */
const REQUIRETLS: readonly Domain[] = [
  domain('requiretls-dane', 'REQUIRETLS, and TLSA 3 1 1', { ...dane(pin('3 1 1')), server: P.requireTls }),
  domain('requiretls-sts', 'REQUIRETLS, and a policy that the server passes', {
    ...sts(),
    server: P.requireTls,
  }),
  domain('requiretls-signed', 'REQUIRETLS, signed MX records and a sound certificate', {
    answers: 'secure',
    server: P.requireTls,
  }),
  domain('requiretls-dane-stale', 'REQUIRETLS, and a stale TLSA record', {
    ...dane(pin('3 1 1', 'former')),
    server: P.requireTls,
  }),
  domain('requiretls-servfail', 'REQUIRETLS, and SERVFAIL for the MTA-STS record', {
    answersAt: { '_mta-sts': 'servfail' },
    server: P.requireTls,
  }),
  domain('requiretls-in-part', 'one of two servers offers REQUIRETLS', {
    ...sts({ policy: naming('*.{domain}') }),
    ...TWO,
    hosts: { mx: [at(P.requireTls)], mx2: [at(P.modern)] },
  }),
];

export const POLICIES: readonly Section[] = [
  { title: 'MTA-STS', domains: MTA_STS },
  { title: 'MTA-STS policy hosts', domains: MTA_STS_HOSTS },
  { title: 'MTA-STS policies, and servers under them', domains: MTA_STS_POLICIES },
  { title: 'DANE', domains: DANE },
  { title: 'DANE and the DNS around it', domains: DANE_DNS },
  { title: 'DANE and MTA-STS together', domains: TOGETHER },
  { title: 'REQUIRETLS', domains: REQUIRETLS },
  { title: 'TLS reporting', domains: TLS_REPORTING },
];
