import { describe, expect, test } from 'vitest';
import { assessSendingConfiguration } from '../../functions/assessment/sending-configuration.ts';
import { parseSendingConfiguration } from '../../functions/received/sending/sending-configuration.ts';

/** Software, and for each rule its name, level and deciding line. */
function judged(text: string): readonly unknown[] {
  const configuration = parseSendingConfiguration(text);
  if (configuration === null) return ['not recognised'];
  return [
    configuration.software,
    ...assessSendingConfiguration(configuration).map((rule) => [rule.name, rule.level, rule.decidingLine]),
  ];
}
const connector = (name: string, ...lines: readonly string[]): string =>
  [`Name                     : ${name}`, 'Enabled : True', ...lines].join('\n');

const transport = (...options: readonly string[]): string =>
  ['remote_smtp:', '  driver = smtp', ...options.map((option) => `  ${option}`)].join('\n');
const reasonOf = (text: string): string | undefined => {
  const configuration = parseSendingConfiguration(text);
  return configuration === null ? undefined : assessSendingConfiguration(configuration)[0]?.reason;
};

describe('Get-SendConnector', () => {
  test.each([
    ['IgnoreSTARTTLS                 : True', 'RequireTLS                     : False', 'off', 0],
    ['IgnoreSTARTTLS                 : False', 'RequireTLS                     : False', 'opportunistic', 1],
    ['RequireTLS : True', 'TlsAuthLevel :', 'mandatory', 0],
    ['RequireTLS : True', 'TlsAuthLevel : EncryptionOnly', 'mandatory', 0],
    ['RequireTLS : True', 'TlsAuthLevel : CertificateValidation', 'mandatory', 1],
    ['RequireTLS : True', 'TlsAuthLevel : DomainValidation', 'authenticated', 1],
    ['RequireTLS : False', 'TlsAuthLevel : DomainValidation', 'opportunistic', 0],
    ['DomainSecureEnabled : True', 'IgnoreSTARTTLS : False', 'authenticated', 0],
  ])('%s and %s: %s', (first, second, level, deciding) => {
    expect(judged(connector('To the world', first, second))).toEqual([
      'exchange-server',
      ['To the world', level, [first, second][deciding]],
    ]);
  });
  test('each connector for itself', () => {
    const text = `${connector('A', 'IgnoreSTARTTLS : True', 'RequireTLS : False')}\n\n${connector('B', 'IgnoreSTARTTLS : False', 'RequireTLS : True')}`;
    expect(judged(text)).toEqual([
      'exchange-server',
      ['A', 'off', 'IgnoreSTARTTLS : True'],
      ['B', 'mandatory', 'RequireTLS : True'],
    ]);
  });
});

describe('Get-OutboundConnector', () => {
  test.each([
    ['TlsSettings :', 'opportunistic'],
    ['TlsSettings : EncryptionOnly', 'mandatory'],
    ['TlsSettings : CertificateValidation', 'mandatory'],
    ['TlsSettings : DomainValidation', 'authenticated'],
  ])('%s: %s', (line, level) => {
    const text = connector('Partner', 'ConnectorType : Partner', line, 'UseMXRecord : True');
    expect(judged(text)).toEqual(['exchange-online', ['Partner', level, line]]);
  });
});

describe('Postfix', () => {
  test.each([
    ['none', 'off'],
    ['may', 'opportunistic'],
    ['encrypt', 'mandatory'],
    ['dane-only', 'authenticated'],
    ['verify', 'authenticated'],
    ['secure', 'authenticated'],
    ['sometimes', 'unknown'],
  ])('smtp_tls_security_level = %s: %s', (value, level) => {
    const line = `smtp_tls_security_level = ${value}`;
    expect(judged(`myhostname = mx.example.org\n${line}`)).toEqual(['postfix', [null, level, line]]);
  });
  test('dane needs DNSSEC', () => {
    expect(reasonOf('smtp_tls_security_level = dane')).toBe('dane-without-dnssec');
    expect(reasonOf('smtp_dns_support_level = dnssec\nsmtp_tls_security_level = dane')).toBe(
      'dane-where-published',
    );
  });
  test.each([
    ['', 'authenticated'],
    ['smtp_tls_enforce_peername = yes', 'authenticated'],
    ['smtp_tls_enforce_peername = no', 'mandatory'],
  ])('smtp_enforce_tls checks the name unless told not to: "%s"', (more, level) => {
    const line = 'smtp_enforce_tls = yes';
    expect(judged(`myhostname = mx.example.org\n${line}\n${more}`)).toEqual(['postfix', [null, level, line]]);
  });
  test('what is not set is not known', () => {
    expect(judged('myhostname = mx.example.org\nsmtpd_tls_security_level = may')).toEqual([
      'postfix',
      [null, 'unknown', null],
    ]);
  });
  test('a service of master.cf overrides main.cf', () => {
    const text = 'smtp_tls_security_level = may\nrelay/unix/smtp_tls_security_level = encrypt';
    expect(judged(text)).toEqual([
      'postfix',
      [null, 'opportunistic', 'smtp_tls_security_level = may'],
      ['relay/unix', 'mandatory', 'relay/unix/smtp_tls_security_level = encrypt'],
    ]);
  });
  test('postconf -P alone says nothing of the others', () => {
    expect(judged('relay/unix/smtp_tls_security_level = encrypt')).toEqual([
      'postfix',
      ['relay/unix', 'mandatory', 'relay/unix/smtp_tls_security_level = encrypt'],
    ]);
  });
});

describe('Exim', () => {
  test.each([
    ['hosts_avoid_tls = *', 'off', 'hosts_avoid_tls = *'],
    ['hosts_require_tls = *', 'mandatory', 'hosts_require_tls = *'],
    ['hosts_require_dane = *', 'authenticated', 'hosts_require_dane = *'],
    ['hosts_require_tls = mx.example.org', 'opportunistic', 'hosts_require_tls = mx.example.org'],
    ['dnssec_request_domains = *', 'opportunistic', null],
  ])('%s: %s', (option, level, line) => {
    expect(judged(transport(option))).toEqual(['exim', ['remote_smtp', level, line]]);
  });
  test('required and verified everywhere', () => {
    expect(judged(transport('hosts_require_tls = *', 'tls_verify_hosts = *'))).toEqual([
      'exim',
      ['remote_smtp', 'authenticated', 'tls_verify_hosts = *'],
    ]);
  });
});

describe('Sendmail', () => {
  test.each([
    ['TLS_Srv:example.org\tVERIFY:112', 'example.org', 'authenticated'],
    ['TLS_Srv:\tENCR:112', null, 'mandatory'],
    ['TLS_Rcpt:a@example.org PERM+VERIFY', 'a@example.org', 'authenticated'],
    ['Try_TLS:broken.example NO', 'broken.example', 'off'],
  ])('%s', (line, name, level) => {
    expect(judged(line)).toEqual(['sendmail', [name, level, line]]);
  });
});

test('a header is no configuration, nor is a letter', () => {
  for (const text of ['Received: from a by b\nSubject: smtp', 'Dear all,\nplease note: nothing', '']) {
    expect(judged(text)).toEqual(['not recognised']);
  }
});

test('a line of an access map that is all white space is passed over as fast as any other', () => {
  const gap = ' \t'.repeat(60_000);
  expect(judged(`TLS_Rcpt:${gap}"`)).toEqual(['not recognised']);
  expect(judged(`TLS_Rcpt:a@example.org VERIFY${gap}`)[0]).toBe('sendmail');
});
