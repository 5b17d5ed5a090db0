import { describe, expect, test } from 'vitest';
import { canaries, connection, domain, endedAt, host, made, SOUND_TLS } from '../assessment/observed.ts';
import { onTerminal, reportOf } from './presented.ts';

const SILENT = endedAt('connect', 'timeout', { tookMs: 10_000 });

test('what a provider documents is shown where nobody could look, as not probed', () => {
  const google = host([made('192.0.2.1', SILENT)], { host: 'aspmx.l.google.com' });
  const egress = canaries('no-connection', 'no-connection', 'no-connection');
  const shown = onTerminal(reportOf(domain([google], { egress })), 200).replaceAll('\n', ' ');
  expect(shown).toMatch(/^\? vendor\.example: could not be tested /);
  expect(shown).toContain(
    'Not probed. What the mail service documents lets one expect: encrypted, not enforced. Nobody has seen it from here.',
  );
});

test('outdated TLS has no tick beside an answer that has none', () => {
  const old = connection({
    hello: 'legacy',
    tls: { ...SOUND_TLS, version: 'TLSv1', cipher: 'ECDHE-ECDSA-AES256-SHA' },
  });
  const shown = onTerminal(reportOf(domain([host([made('192.0.2.1', endedAt('handshake', 'tls'), old)])])));
  expect(shown).toMatch(/^✘ vendor\.example: partly encrypted\n/);
  expect(shown).toContain('✘ outdated encryption');
  expect(shown).not.toContain('✔');
});

describe('the table of servers', () => {
  test('has no column with nothing in it', () => {
    const shown = onTerminal(reportOf(domain([host([made('192.0.2.1', SILENT)])])));
    expect(shown).toMatch(/^Server +Address +Outcome$/m);
    const localhost = host([], { fault: 'localhost', addresses: null, host: 'localhost' });
    expect(onTerminal(reportOf(domain([localhost])))).toMatch(
      /^Server +Outcome\n10 localhost +✘ the sender's own/m,
    );
  });
});

test('in a list, where no heading says so, it is the certificate that is in order', () => {
  const one = reportOf(domain([host([made('192.0.2.1', connection())])]));
  expect(onTerminal(one, 60)).toMatch(/^ {4}certificate: in order\n {4}\S+ \S+, until 2/m);
  expect(onTerminal(one, 200)).not.toContain('certificate:');
});

test('addresses are counted by the families there are', () => {
  const one = reportOf(domain([host([made('192.0.2.1', connection())])]));
  expect(onTerminal(one)).toContain('\nTested 1 of 1 server, 1 of 1 IPv4 address.\nChecked 2');
  const both = reportOf(domain([host([made('192.0.2.1', connection()), made('2001:db8::1', SILENT)])]));
  expect(onTerminal(both)).toContain(
    '\nTested 1 of 1 server, 1 of 1 IPv4 address, 0 of 1 IPv6 address.\nChecked 2',
  );
});
