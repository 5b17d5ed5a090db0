import { describe, expect, test } from 'vitest';
import type { ExportDomain } from '../../functions/presenters/export.ts';
import { exportRules, presentExchange, presentPostfix } from '../../functions/presenters/export.ts';

const CHECKED = '2026-11-22T01:02:03.456Z';
const domain = (name: string, more: Partial<ExportDomain> = {}): ExportDomain => ({
  domain: name,
  checkedAt: CHECKED,
  answer: 'opportunistic',
  coverage: { hosts: { tested: 1, total: 1 } },
  provisional: false,
  hosts: [`mx.${name}`],
  dane: 'none',
  senders: [{ sender: 'must-verify', outcome: 'refused' }],
  ...more,
});
const verifies = {
  senders: [{ sender: 'must-verify', outcome: 'authenticated' }],
} as const;

const RULES = exportRules([
  domain('encrypts.example'),
  domain('verifies.example', verifies),
  domain('two.example', {
    ...verifies,
    hosts: ['mx1.two.example', 'mx2.two.example'],
    coverage: { hosts: { tested: 2, total: 2 } },
  }),
  domain('dane.example', { dane: 'valid', answer: 'enforced' }),
  domain('clear.example', { answer: 'partial' }),
  domain('half.example', { coverage: { hosts: { tested: 1, total: 2 } } }),
  domain('soon.example', { provisional: true }),
  domain('dark.example', { answer: 'untested' }),
  domain('silent.example', { answer: 'no-mail' }),
]);

test('the strongest rule that is safe today, and the reason where there is none', () => {
  expect(RULES.map((rule) => `${rule.domain} ${rule.level ?? rule.because}`)).toEqual([
    'encrypts.example encrypt',
    'verifies.example verify',
    'two.example verify',
    'dane.example dane-only',
    'clear.example not-encrypted',
    'half.example not-fully-tested',
    'soon.example provisional',
    'dark.example untested',
    'silent.example no-mail',
  ]);
});

test('a DANE match does not excuse a server that was not tested', () => {
  const [rule] = exportRules([
    domain('dane.example', { dane: 'valid', coverage: { hosts: { tested: 1, total: 2 } } }),
  ]);
  expect(rule).toMatchObject({ level: null, because: 'not-fully-tested' });
});

describe('for Postfix', () => {
  const table = presentPostfix(RULES);
  test('one line a domain, each with the date of its evidence', () => {
    const lines = table.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual([
      'encrypts.example encrypt',
      'verifies.example secure match=mx.verifies.example servername=hostname',
      'two.example secure match=mx1.two.example:mx2.two.example servername=hostname',
      'dane.example dane-only',
    ]);
    expect(table.match(new RegExp(`^# checked ${CHECKED}$`, 'gm'))).toHaveLength(4);
  });

  test('what is left out is a comment with its reason', () => {
    expect(table).toContain(
      '# clear.example left out: a server may take mail in clear, so a rule would stop mail',
    );
    expect(table).toContain('# half.example left out: not every server could be tested');
  });

  test('dane-only says what it needs, and only when it is there', () => {
    expect(table).toContain('smtp_dns_support_level = dnssec');
    expect(presentPostfix(exportRules([domain('encrypts.example')]))).not.toContain('dnssec');
  });
});

describe('for Exchange', () => {
  test('Exchange Online: outbound connectors', () => {
    const commands = presentExchange(RULES, 'online')
      .split('\n')
      .filter((line) => line.startsWith('New-'));
    expect(commands).toEqual([
      "New-OutboundConnector -Name 'TLS to encrypts.example' -ConnectorType Partner -RecipientDomains 'encrypts.example' -UseMXRecord $true -TlsSettings EncryptionOnly",
      "New-OutboundConnector -Name 'TLS to verifies.example' -ConnectorType Partner -RecipientDomains 'verifies.example' -UseMXRecord $true -TlsSettings DomainValidation -TlsDomain 'mx.verifies.example'",
      "New-OutboundConnector -Name 'TLS to two.example' -ConnectorType Partner -RecipientDomains 'two.example' -UseMXRecord $true -TlsSettings CertificateValidation",
      "New-OutboundConnector -Name 'TLS to dane.example' -ConnectorType Partner -RecipientDomains 'dane.example' -UseMXRecord $true -TlsSettings EncryptionOnly -SmtpDaneMode Mandatory",
    ]);
  });

  test('Exchange Server: send connectors, which know no DANE', () => {
    const commands = presentExchange(RULES, 'server')
      .split('\n')
      .filter((line) => line.startsWith('New-'));
    expect(commands[0]).toBe(
      "New-SendConnector -Name 'TLS to encrypts.example' -AddressSpaces 'encrypts.example' -Custom -DNSRoutingEnabled $true -RequireTLS $true -TlsAuthLevel EncryptionOnly",
    );
    expect(commands[3]).toContain(
      "'dane.example' -Custom -DNSRoutingEnabled $true -RequireTLS $true -TlsAuthLevel EncryptionOnly",
    );
  });
});

test.each([
  "mx'; Remove-Mailbox -Identity ceo #",
  'mx.$(id).example',
  'mx.vendor.example\nevil.example none',
  'mx vendor',
  '`whoami`.example',
])('a name that could leave its place is never written: %j', (name) => {
  const rules = exportRules([domain('vendor.example', { hosts: [name] }), domain(name)]);
  for (const text of [
    presentPostfix(rules),
    presentExchange(rules, 'online'),
    presentExchange(rules, 'server'),
  ]) {
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
    expect(text).not.toContain(name);
  }
});
