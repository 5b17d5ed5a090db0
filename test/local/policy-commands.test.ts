/** The commands on domains that publish policies, each as a person would run it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { recordsSchema } from '../../functions/presenters/records-schema.ts';
import { whatIfSchema } from '../../functions/presenters/what-if-schema.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
});
afterAll(() => lab.close());

const mailtls = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runMailtls(args, { environment: { ...lab.environment, ...more } });

test('check shows what is published and what senders do, ours first', async () => {
  const { status, out } = await mailtls(['check', 'sts-enforce.example'], {
    MAILTLS_SENDER: 'exchange-online',
  });
  expect(status).toBe(0);
  expect(out).toContain('- MTA-STS: valid, mode enforce\n');
  expect(out).toMatch(/^What senders do\n {2}- Microsoft 365 \(ours\): ✔ encrypted, to the right server,/m);
});

test('mail that is lost is the headline, whatever the answer, of one domain and of several', async () => {
  const one = await mailtls(['check', 'dane-stale.example']);
  expect(one.out).toMatch(
    /^✘ dane-stale\.example: mail gets lost; encrypted, not enforced\nMail to dane-stale\.example is being lost: senders\s+that\s+check\s+what\s+it\s+publishes\s+refuse/,
  );
  expect(one.out).not.toContain('✔ dane-stale.example');
  // Every server is refused: "not every server meets them" would say something else.
  expect(one.out).not.toContain('not every server');
  expect(one.out).toMatch(/insist\s+on\s+it;\s+other\s+senders\s+could\s+be\s+talked\s+out\s+of\s+it/);
  const several = await mailtls(['check', 'sts-one-not-named.example', 'dane-match-sts-refused.example']);
  expect(several.out).toMatch(
    /^! sts-one-not-named\.example: some mail may be delayed or lost; encrypted, not/m,
  );
  expect(several.out).toMatch(/^✘ dane-match-sts-refused\.example: mail gets lost; encrypted, enforced\./m);
});

test('without its TLSA records a domain that DANE protects would be protected no more', async () => {
  const run = await mailtls(['check', '--json', '--what-if', 'dane=none', 'dane-311.example']);
  const { today, supposed } = whatIfSchema.parse(JSON.parse(run.out));
  expect(today.verdict).toMatchObject({ answer: 'enforced', protectedBy: ['dane'] });
  expect(supposed.verdict).toMatchObject({ answer: 'opportunistic', protectedBy: [] });
});

test('a stale TLSA record loses mail: what replaces it comes first', async () => {
  const { status, out } = await mailtls(['records', 'dane-stale.example']);
  expect(status).toBe(1);
  expect(out).toMatch(/^1\. Publish this TLSA record \(DANE\): those that are there do not match the key/m);
  expect(out).toMatch(/ _25\._tcp\.mx\.dane-stale\.example\. IN TLSA 3 1 1 [0-9a-f]{64}$/m);
});

test('what is in order is left alone', async () => {
  expect((await mailtls(['records', 'dane-311.example'])).out).toContain('DANE: nothing to do.');
  expect((await mailtls(['records', 'sts-enforce.example'])).out).toContain('MTA-STS: nothing to do.');
});

test('MTA-STS that holds, and reports that are asked for, are enough: DANE is a suggestion', async () => {
  const { status, out } = await mailtls(['records', 'tlsrpt.example']);
  expect(status).toBe(0);
  expect(out).toMatch(/^MTA-STS: nothing to do\.\n\nDANE: not needed beside MTA-STS\./m);
  const { steps, suggested } = recordsSchema.parse(
    JSON.parse((await mailtls(['records', '--json', 'tlsrpt.example'])).out),
  );
  expect(steps.map(({ step }) => step)).toEqual(['nothing', 'nothing']);
  expect(suggested?.about).toBe('dane');
});

test('DANE that holds can be insisted on', async () => {
  const { status, out } = await mailtls(['export', '--postfix', 'dane-311.example']);
  expect(status).toBe(0);
  expect(out).toMatch(/^dane-311\.example dane-only$/m);
});

test.each([
  ['dane-stale', 'publish-record'],
  ['dane-bogus', 'repair-signatures'],
  ['dane-servfail', 'look-again'],
  ['dane-insecure-mx', 'sign-zone-of-domain'],
  ['sts-server-in-clear', 'offer-encryption'],
  ['sts-server-expired', 'fit-certificate'],
  ['sts-testing', 'reports-clean'],
  ['sts-mx-not-named', 'policy-names-other-hosts'],
  ['tlsrpt-several', 'repair-record'],
])('the records of %s.example as JSON are of their schema, %s among them', async (name, expected) => {
  const { out } = await mailtls(['records', '--json', `${name}.example`]);
  const { steps } = recordsSchema.parse(JSON.parse(out));
  expect(steps.flatMap((step) => Object.values(step))).toContain(expected);
});

test('TLSA records that cannot be used: senders that check DANE encrypt, to whoever is there', async () => {
  const { out } = await mailtls(['check', 'dane-usage-1.example'], { MAILTLS_SENDER: 'postfix-dane' });
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'Yes, as things are: every mail server of dane-usage-1.example encrypts. But only senders that check DANE insist on that, and none can tell the right server',
  );
  expect(out).not.toContain('nothing that obliges');
  expect(out).toMatch(/Postfix with DANE \(ours\): ✔ encrypted,/);
  const inClear = await mailtls(['check', 'dane-unusable-in-clear.example']);
  const text = inClear.out.replaceAll(/\s+/g, ' ');
  expect(text).toContain('refuse all of its servers, among them Microsoft 365; Postfix with DANE.');
});

test('what REQUIRETLS is worth is said where a server offers it', async () => {
  const { out } = await mailtls(['check', 'requiretls-sts.example']);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('that is marked REQUIRETLS is safe on its way');
});

async function sentence(name: string): Promise<string> {
  const { out } = await mailtls(['check', '--json', `${name}.example`]);
  return reportSchema.parse(JSON.parse(out)).verdict.sentence;
}

test('who would hear of an attempt is part of the answer', async () => {
  expect(await sentence('tlsrpt')).toMatch(
    /will not be talked out of it\. Attempts would be reported to its owner\.$/,
  );
  expect(await sentence('sts-enforce')).toMatch(
    /talked out of it\. Nobody there would hear of an attempt\.$/,
  );
  expect(await sentence('sts-one-not-named')).toMatch(
    /other senders .* Nobody there would hear of an attempt\.$/,
  );
  expect(await sentence('modern')).toMatch(/could switch it off unnoticed\.$/);
});

test('TLSA records on some servers only are not said to be nothing, nor enough', async () => {
  const { out } = await mailtls(['check', 'dane-one-of-two.example']);
  const text = out.replaceAll(/\s+/g, ' ');
  expect(text).toContain('But only some of them are protected by what it publishes');
  expect(text).not.toContain('publishes nothing that obliges senders');
});
