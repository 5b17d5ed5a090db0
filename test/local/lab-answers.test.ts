/**
 * The whole lab through the command, as a list: what is said of every domain, and that every report holds its
 * schema and can be shown anywhere.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { presentReportLine, presentReportOnTerminal } from '../../functions/presenters/report-terminal.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

/** By answer, the domains below `.example` and the codes that their reports give beside the usual ones. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  opportunistic: {
    modern: [],
    'mlkem-only': [],
    'mlkem-preferred': [],
    'without-mlkem': [],
    requiretls: ['requiretls-unproven'],
    postfix: [],
    exim: [],
    exchange: ['version-grade', 'cipher-grade', 'key-grade'],
    sendmail: [],
    opensmtpd: [],
    'dual-stack': [],
    'ipv6-only': [],
    'xn--bcher-kva': [],
    'one-server': [],
    'four-servers': [],
    tls12: ['version-grade', 'cipher-grade'],
    tls13: [],
    'rsa-key-exchange': ['version-grade', 'cipher-grade', 'key-grade'],
    'self-signed': ['self-signed'],
    expired: ['certificate-expired'],
    'not-yet-valid': ['certificate-not-yet-valid'],
    'wrong-name': ['certificate-host-mismatch'],
    wildcard: [],
    'common-name-only': ['common-name-only'],
    'unknown-ca': ['chain-incomplete'],
    'missing-intermediate': ['chain-incomplete'],
    'all-wrong': ['certificate-expired', 'certificate-host-mismatch'],
    rsa1024: ['key-too-small'],
    rsa2048: ['key-grade'],
    'starttls-with-parameter': [],
    'starttls-lower-case': [],
    injection: ['clear-bytes-after-starttls'],
    'clear-after-tls': [],
    'quit-unanswered': [],
    'split-greeting': [],
    'multi-line-greeting': [],
    'bare-newlines': [],
    'big-ehlo': [],
    'slow-6s': [],
    'slow-20s': [],
    'hostile-banner': [],
    'backup-refused': ['connection-refused'],
    'twenty-servers': ['address-limit'],
    'null-mx-among-others': ['null-mx-among-others'],
    'implicit-mx': ['implicit-mx'],
    'mx-alias': ['exchange-alias', 'certificate-host-mismatch'],
    'mx-loopback': [],
    'mx-mapped': ['certificate-host-mismatch'],
    'mx-underscore': [],
    mixed: ['host-name-error'],
    secure: [],
    insecure: [],
    'insecure-address': [],
    'servfail-once': [],
    'servfail-aaaa': ['family-lookup-failed'],
    truncated: [],
    'forged-first': [],
    'first-resolver-down': [],
    'disagreement-security': ['resolvers-disagree'],
    'mixed-ttl': [],
    alias: [],
  },
  partial: {
    tls10: ['legacy-tls', 'cipher-grade'],
    tls11: ['legacy-tls', 'cipher-grade'],
    'one-of-three-in-clear': ['starttls-not-supported', 'second-look-due'],
    'one-address-in-clear': ['starttls-not-supported', 'second-look-due'],
    'one-family-in-clear': ['starttls-not-supported', 'second-look-due'],
    'old-backup': ['legacy-tls', 'cipher-grade'],
  },
  plaintext: {
    'null-cipher': ['handshake-failed'],
    'no-starttls': ['starttls-not-supported', 'second-look-due'],
    'masked-starttls': ['starttls-masked', 'second-look-due'],
    'look-alike': ['starttls-not-supported', 'second-look-due'],
    'starttls-equals': ['starttls-not-supported', 'second-look-due'],
    'helo-only': ['ehlo-not-understood', 'second-look-due'],
    'starttls-454': ['starttls-refused', 'second-look-due'],
    'starttls-502': ['starttls-refused'],
    'starttls-garbage': ['starttls-broke-off'],
    'starttls-reset': ['starttls-broke-off', 'second-look-due'],
    'starttls-close': ['starttls-broke-off', 'second-look-due'],
    'starttls-hang': ['starttls-broke-off', 'second-look-due'],
    'handshake-alert': ['handshake-failed'],
    'handshake-garbage': ['handshake-failed'],
    'handshake-hang': ['handshake-broke-off', 'second-look-due'],
    'handshake-reset': ['handshake-broke-off', 'second-look-due'],
    'handshake-close': ['handshake-broke-off', 'second-look-due'],
  },
  untested: {
    'greeting-421': ['refused', 'second-look-due'],
    'greeting-554': ['refused', 'second-look-due'],
    'ehlo-450': ['refused', 'second-look-due'],
    'ehlo-550': ['refused', 'second-look-due'],
    'ehlo-421': ['refused', 'second-look-due'],
    'reset-at-connect': ['broke-off'],
    'close-at-connect': ['broke-off'],
    'reset-in-greeting': ['broke-off'],
    'reset-at-ehlo': ['broke-off'],
    'close-at-ehlo': ['broke-off'],
    silent: ['broke-off'],
    refused: ['connection-refused'],
    dropped: ['connect-timeout'],
    'endless-greeting': ['broke-off'],
    'endless-ehlo': ['broke-off'],
    'long-line': ['broke-off'],
    flood: ['broke-off'],
    'not-smtp': ['broke-off'],
    bogus: ['dnssec-invalid', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'bogus-address': ['mail-refused', 'dnssec-invalid', 'dane-bogus'],
    servfail: ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'servfail-unexplained': ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'servfail-address': ['host-lookup-failed'],
    timeout: ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'dns-refused': ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    malformed: ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'wrong-id': ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'wrong-question': ['mx-lookup-failed', 'mta-sts-unavailable', 'tls-reporting-unavailable'],
    'alias-loop': ['mx-lookup-failed'],
    'alias-long': ['mx-lookup-failed'],
  },
  'no-mail': {
    'null-mx': ['null-mx'],
    nothing: ['no-mail-host'],
  },
  undeliverable: {
    'mx-without-address': ['host-name-error'],
    'mx-no-data': ['host-without-address'],
    'mx-address': ['exchange-address-literal'],
    'mx-localhost': ['exchange-localhost'],
  },
};
/** Said of every domain that encrypts and publishes no policy. */
const USUAL = new Set(['all-tested-encrypt', 'nothing-obliges-senders']);

let lab: Lab;
const reports = new Map<string, Report>();
let raw: unknown[];

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  const domains = Object.values(ANSWERS).flatMap((names) =>
    Object.keys(names).map((name) => `${name}.example`),
  );
  const { out } = await runMailtls(['check', '--json', '--file', '-'], {
    input: domains.join('\n'),
    environment: {
      ...lab.environment,
      MAILTLS_CONNECT_TIMEOUT_MS: '500',
      MAILTLS_GREETING_TIMEOUT_MS: '2000',
      MAILTLS_REPLY_TIMEOUT_MS: '1000',
      MAILTLS_HANDSHAKE_TIMEOUT_MS: '1000',
      MAILTLS_DNS_TIMEOUT_MS: '1000',
    },
  });
  raw = out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  for (const one of raw) {
    const report = reportSchema.parse(one);
    reports.set(report.domain, report);
  }
});
afterAll(async () => lab.close());

describe.each(Object.entries(ANSWERS))('%s', (answer, domains) => {
  test.each(Object.entries(domains))('%s.example %j', (name, codes) => {
    const report = reports.get(`${name}.example`);
    expect(report?.verdict.answer).toBe(answer);
    const said = report?.verdict.reasons.map(({ code }) => code).filter((code) => !USUAL.has(code)) ?? [];
    expect([...new Set(said)]).toEqual(codes);
  });
});

test('every report holds the JSON schema that is given to others', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    z.toJSONSchema(reportSchema),
  );
  for (const report of raw) {
    validate(report);
    expect(validate.errors ?? []).toEqual([]);
  }
  expect(validate({ schema: 'mailtls.report/1' })).toBe(false);
});

test('every text is a sentence with nothing left out of it', () => {
  for (const { domain, verdict, mailServers } of reports.values()) {
    const texts = [
      verdict.sentence,
      ...verdict.reasons.map(({ text }) => text),
      ...verdict.advice.map(({ text }) => text),
      ...mailServers.flatMap(({ addresses }) => addresses.map(({ detail }) => detail)),
    ];
    const broken = texts.filter(
      (text) =>
        !/^\S.*[.]$/.test(text) || /undefined|null\b(?![- ](?:mx|cipher))|\bNaN\b|\[object/i.test(text),
    );
    expect({ domain, broken }).toEqual({ domain, broken: [] });
  }
});

describe.each([30, 80, 120, 200])('on a terminal of %i columns', (columns) => {
  test('no line is wider, but for a word that cannot be broken', () => {
    for (const report of reports.values()) {
      const shown = presentReportOnTerminal(report, { colour: false, columns }, { transcript: false });
      const tooWide = shown.split('\n').filter((line) => {
        const longestWord = Math.max(...line.split(' ').map(({ length }) => length));
        return line.length > Math.max(columns, longestWord + 8);
      });
      expect({ domain: report.domain, tooWide }).toEqual({ domain: report.domain, tooWide: [] });
    }
  });

  test('no control character reaches it from a server', () => {
    for (const report of reports.values()) {
      const shown =
        presentReportOnTerminal(report, { colour: false, columns }, { transcript: true }) +
        presentReportLine(report, { colour: false, columns });
      // oxlint-disable-next-line no-control-regex
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });
});
