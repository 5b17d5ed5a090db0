/**
 * The lab's internet. Every name ends in `.example` (RFC 2606 section 2) and is named by what it shows. To add
 * one, write a row; a server that behaves in a new way is a row of `postures.ts` first.
 */
import type { Address, Domain, Section } from './declaration.ts';
import { POLICIES } from './policies.ts';
import type { Posture } from './posture.ts';
import { POSTURES } from './postures.ts';

const P: Record<keyof typeof POSTURES, Posture> = POSTURES;

const at = (...answering: readonly [Posture, ...Posture[]]): Address => ({ ip: 'own', answering });
/** There is one IPv6 loopback address, so one posture answers there, for whichever name is asked for. */
const ipv6: Address = { ip: '::1', answering: [P.modern] };
const closed: Address = { ip: 'own', answering: 'nobody' };
const dropped: Address = { ip: 'own', answering: 'dropped' };

/** A domain with one mail server of one address. */
const one = (name: string, posture: Posture): Domain => ({
  name,
  shows: posture.shows,
  mx: [[10, 'mx']],
  hosts: { mx: [at(posture)] },
});

/** Hosts of three operators (three registrable domains) for `MAILTLS_CANARIES`, in three states. */
const canaries = (state: string, address: Address): readonly Domain[] =>
  ['one', 'two', 'three'].map((number) => ({
    name: `canary-${number}-${state}.example`,
    shows: `canary ${number}, ${state}`,
    mx: [[10, 'mx']],
    hosts: { mx: [address] },
  }));

export const CANARY_STATES = {
  healthy: canaries('healthy', at(P.modern)),
  dead: canaries('dead', dropped),
  masked: canaries('masked', at(P.masked)),
} as const;

export const INTERNET: readonly Section[] = [
  {
    title: 'Sound servers',
    domains: [
      { ...one('modern.example', P.modern), answers: 'secure' },
      one('mlkem-only.example', P.mlKemOnly),
      one('mlkem-preferred.example', P.mlKemPreferred),
      one('without-mlkem.example', P.withoutMlKem),
      one('requiretls.example', P.requireTls),
      one('postfix.example', P.postfix),
      one('exim.example', P.exim),
      one('exchange.example', P.exchange),
      one('sendmail.example', P.sendmail),
      one('opensmtpd.example', P.openSmtpd),
      {
        name: 'dual-stack.example',
        shows: 'one server with an IPv4 and an IPv6 address',
        mx: [[10, 'mx']],
        hosts: { mx: [at(P.modern), ipv6] },
      },
      { name: 'ipv6-only.example', shows: 'no IPv4 address', mx: [[10, 'mx']], hosts: { mx: [ipv6] } },
      {
        name: 'xn--bcher-kva.example',
        shows: 'bücher.example, an internationalised name',
        mx: [[10, 'mx']],
        hosts: { mx: [at(P.modern)] },
      },
      { ...one('one-server.example', P.modern), shows: 'one server, for the figures', answers: 'secure' },
      {
        name: 'four-servers.example',
        shows: 'four servers of two addresses each, for the figures',
        answers: 'secure',
        mx: [
          [10, 'mx1'],
          [20, 'mx2'],
          [30, 'mx3'],
          [40, 'mx4'],
        ],
        hosts: {
          mx1: [at(P.modern), at(P.modern)],
          mx2: [at(P.modern), at(P.modern)],
          mx3: [at(P.modern), at(P.modern)],
          mx4: [at(P.modern), at(P.modern)],
        },
      },
    ],
  },
  {
    title: 'TLS versions and suites',
    domains: [
      one('tls10.example', P.tls10),
      one('tls11.example', P.tls11),
      one('tls12.example', P.tls12),
      one('tls13.example', P.tls13),
      one('rsa-key-exchange.example', P.rsaKeyExchange),
      one('null-cipher.example', P.nullCipher),
    ],
  },
  {
    title: 'Certificates',
    domains: [
      one('self-signed.example', P.selfSigned),
      one('expired.example', P.expired),
      one('not-yet-valid.example', P.notYetValid),
      one('wrong-name.example', P.wrongName),
      one('wildcard.example', P.wildcard),
      one('common-name-only.example', P.commonNameOnly),
      one('unknown-ca.example', P.unknownAuthority),
      one('missing-intermediate.example', P.missingIntermediate),
      one('all-wrong.example', P.allWrong),
      one('rsa1024.example', P.rsa1024),
      one('rsa2048.example', P.rsa2048),
    ],
  },
  {
    title: 'STARTTLS not offered',
    domains: [
      one('no-starttls.example', P.noStarttls),
      one('masked-starttls.example', P.masked),
      one('look-alike.example', P.lookAlike),
      one('starttls-equals.example', P.equals),
      one('helo-only.example', P.heloOnly),
    ],
  },
  {
    title: 'STARTTLS offered, and what follows',
    domains: [
      one('starttls-with-parameter.example', P.withParameter),
      one('starttls-lower-case.example', P.lowerCase),
      one('starttls-454.example', P.starttls454),
      one('starttls-502.example', P.starttls502),
      one('starttls-garbage.example', P.starttlsGarbage),
      one('starttls-reset.example', P.starttlsReset),
      one('starttls-close.example', P.starttlsClose),
      one('starttls-hang.example', P.starttlsHang),
      one('injection.example', P.injection),
      one('handshake-alert.example', P.handshakeAlert),
      one('handshake-garbage.example', P.handshakeGarbage),
      one('handshake-hang.example', P.handshakeHang),
      one('handshake-reset.example', P.handshakeReset),
      one('handshake-close.example', P.handshakeClose),
      one('clear-after-tls.example', P.clearAfterTls),
      one('quit-unanswered.example', P.quitUnanswered),
    ],
  },
  {
    title: 'Refusals and dead ends',
    domains: [
      one('greeting-421.example', P.greeting421),
      one('greeting-554.example', P.greeting554),
      one('ehlo-450.example', P.ehlo450),
      one('ehlo-550.example', P.ehlo550),
      one('ehlo-421.example', P.ehlo421),
      one('reset-at-connect.example', P.resetAtConnect),
      one('close-at-connect.example', P.closeAtConnect),
      one('reset-in-greeting.example', P.resetInGreeting),
      one('reset-at-ehlo.example', P.resetAtEhlo),
      one('close-at-ehlo.example', P.closeAtEhlo),
      one('silent.example', P.silent),
      { name: 'refused.example', shows: 'the port is closed', mx: [[10, 'mx']], hosts: { mx: [closed] } },
      {
        name: 'dropped.example',
        shows: 'no answer to a connection attempt',
        mx: [[10, 'mx']],
        hosts: { mx: [dropped] },
      },
    ],
  },
  {
    title: 'Odd, slow and endless',
    domains: [
      one('split-greeting.example', P.split),
      one('multi-line-greeting.example', P.multiLine),
      one('bare-newlines.example', P.bareNewlines),
      one('big-ehlo.example', P.bigEhlo),
      one('slow-6s.example', P.slow6),
      one('slow-20s.example', P.slow20),
      one('stutter.example', P.stutter),
      one('endless-greeting.example', P.endlessBanner),
      one('endless-ehlo.example', P.endlessEhlo),
      one('long-line.example', P.longLine),
      one('flood.example', P.floodWithoutLineEnd),
      one('not-smtp.example', P.notSmtp),
      one('hostile-banner.example', P.hostileBanner),
    ],
  },
  {
    title: 'Several servers that differ',
    domains: [
      {
        name: 'one-of-three-in-clear.example',
        shows: 'two servers encrypt, the third does not offer it',
        mx: [
          [10, 'mx1'],
          [10, 'mx2'],
          [20, 'mx3'],
        ],
        hosts: { mx1: [at(P.modern)], mx2: [at(P.modern)], mx3: [at(P.noStarttls)] },
      },
      {
        name: 'one-address-in-clear.example',
        shows: 'one host, one of its two addresses does not offer STARTTLS',
        mx: [[10, 'mx']],
        hosts: { mx: [at(P.modern), at(P.noStarttls)] },
      },
      {
        name: 'now-and-then.example',
        shows: 'one address, STARTTLS on every second connection',
        mx: [[10, 'mx']],
        hosts: { mx: [at(P.noStarttls, P.modern)] },
      },
      {
        name: 'one-family-in-clear.example',
        shows: 'STARTTLS over IPv6, none over IPv4',
        mx: [[10, 'mx']],
        hosts: { mx: [at(P.noStarttls), ipv6] },
      },
      {
        name: 'backup-refused.example',
        shows: "the first server encrypts, the backup's port is closed",
        mx: [
          [10, 'mx1'],
          [20, 'mx2'],
        ],
        hosts: { mx1: [at(P.modern)], mx2: [closed] },
      },
      {
        name: 'old-backup.example',
        shows: 'the first server is modern, the backup knows TLS 1.0 alone',
        mx: [
          [10, 'mx1'],
          [20, 'mx2'],
        ],
        hosts: { mx1: [at(P.modern)], mx2: [at(P.tls10)] },
      },
      {
        name: 'twenty-servers.example',
        shows: 'twenty servers, more than one check may ask',
        mx: Array.from({ length: 20 }, (_, index) => [index, `mx${index}`] as const),
        hosts: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`mx${index}`, [at(P.modern)]])),
      },
    ],
  },
  {
    title: 'Where the mail goes, and where it does not',
    domains: [
      {
        name: 'null-mx.example',
        shows: 'a null MX: takes no mail',
        mx: [[0, '.']],
        hosts: { '@': [at(P.modern)] },
      },
      {
        name: 'null-mx-among-others.example',
        shows: 'a null MX beside another exchange',
        mx: [
          [0, '.'],
          [10, 'mx'],
        ],
        hosts: { mx: [at(P.modern)] },
      },
      {
        name: 'implicit-mx.example',
        shows: "no MX: the domain's own address",
        hosts: { '@': [at(P.modern)] },
      },
      {
        name: 'nothing.example',
        shows: 'neither MX nor address',
        records: [{ name: 'www', type: 'CNAME', data: 'modern.example' }],
      },
      {
        name: 'mx-without-address.example',
        shows: 'the exchange does not exist',
        mx: [[10, 'mx.no-such.example']],
      },
      {
        name: 'mx-no-data.example',
        shows: 'the exchange exists and has no address',
        mx: [[10, 'mx']],
        records: [{ name: 'below.mx', type: 'CNAME', data: 'modern.example' }],
      },
      {
        name: 'mx-alias.example',
        shows: 'the exchange is an alias',
        mx: [[10, 'mx']],
        records: [{ name: 'mx', type: 'CNAME', data: 'mx.modern.example' }],
      },
      {
        name: 'mx-address.example',
        shows: 'an IP address where a host name belongs',
        mx: [[10, '127.0.0.1']],
      },
      { name: 'mx-localhost.example', shows: 'the exchange is localhost', mx: [[10, 'localhost.']] },
      {
        name: 'mx-loopback.example',
        shows: 'the exchange has the address 127.0.0.1',
        mx: [[10, 'mx']],
        hosts: { mx: [{ ip: '127.0.0.1', answering: [P.modern] }] },
      },
      {
        name: 'mx-mapped.example',
        shows: 'an IPv4 loopback address inside an IPv6 one',
        mx: [[10, 'mx']],
        hosts: { mx: [{ ip: '::ffff:127.0.0.1', answering: 'nobody' }] },
      },
      {
        name: 'mx-underscore.example',
        shows: 'an underscore in the exchange',
        mx: [[10, 'mail_1.mx-underscore.example']],
        hosts: { mail_1: [at(P.modern)] },
      },
      {
        name: 'mixed.example',
        shows: 'one sound exchange, one that does not exist',
        mx: [
          [10, 'mx'],
          [20, 'mx.no-such.example'],
        ],
        hosts: { mx: [at(P.modern)] },
      },
    ],
  },
  {
    title: 'DNS (no-such.example does not exist at all)',
    domains: [
      { ...one('secure.example', P.modern), shows: 'signed and valid', answers: 'secure' },
      { ...one('insecure.example', P.modern), shows: 'not signed' },
      { ...one('bogus.example', P.modern), shows: 'signatures that are wrong', answers: 'bogus' },
      {
        ...one('bogus-address.example', P.modern),
        shows: 'a secure MX to a host whose address is bogus',
        answers: 'secure',
        answersAt: { mx: 'bogus' },
      },
      {
        ...one('insecure-address.example', P.modern),
        shows: 'a secure MX to a host whose address is not',
        answers: 'secure',
        answersAt: { mx: 'insecure' },
      },
      { ...one('servfail.example', P.modern), shows: 'SERVFAIL', answers: 'servfail' },
      {
        ...one('servfail-unexplained.example', P.modern),
        shows: 'SERVFAIL without an extended error',
        answers: 'servfail-unexplained',
      },
      {
        ...one('servfail-once.example', P.modern),
        shows: 'SERVFAIL the first time',
        answersAt: { '@ MX': 'servfail-once' },
      },
      {
        ...one('servfail-address.example', P.modern),
        shows: 'SERVFAIL for the address alone',
        answersAt: { mx: 'servfail' },
      },
      {
        ...one('servfail-aaaa.example', P.modern),
        shows: 'SERVFAIL for the IPv6 address alone',
        answersAt: { 'mx AAAA': 'servfail' },
      },
      { ...one('timeout.example', P.modern), shows: 'no answer at all', answers: 'timeout' },
      { ...one('dns-refused.example', P.modern), shows: 'REFUSED', answers: 'refused' },
      { ...one('truncated.example', P.modern), shows: 'truncated over UDP', answers: 'truncated' },
      { ...one('malformed.example', P.modern), shows: 'answers that are no DNS', answers: 'malformed' },
      { ...one('wrong-id.example', P.modern), shows: 'answers under a wrong id', answers: 'wrong-id' },
      {
        ...one('wrong-question.example', P.modern),
        shows: 'answers to another question',
        answers: 'wrong-question',
      },
      {
        ...one('forged-first.example', P.modern),
        shows: 'a forged answer before the true one',
        answers: 'forged-first',
      },
      {
        ...one('first-resolver-down.example', P.modern),
        shows: 'no answer over UDP, one over HTTPS',
        answers: { udp: 'timeout', doh: 'insecure' },
      },
      {
        ...one('disagreement-bogus.example', P.modern),
        shows: 'insecure over UDP, bogus over HTTPS',
        answers: { udp: 'insecure', doh: 'bogus' },
      },
      {
        ...one('disagreement-security.example', P.modern),
        shows: 'secure over UDP, insecure over HTTPS',
        answers: { udp: 'secure', doh: 'insecure' },
      },
      {
        ...one('mixed-ttl.example', P.modern),
        shows: 'MX records of 3600 and of 60 seconds',
        mx: [
          [10, 'mx'],
          [20, 'mx2'],
        ],
        hosts: { mx: [at(P.modern)], mx2: [at(P.modern)] },
        ttlSecondsAt: { '@ MX': [3600, 60] },
      },
      {
        name: 'alias.example',
        shows: 'the domain itself is an alias, two steps long',
        answers: 'secure',
        records: [
          { name: '@', type: 'CNAME', data: 'step.alias.example', ttl: 120 },
          { name: 'step', type: 'CNAME', data: 'modern.example' },
        ],
      },
      {
        name: 'alias-nowhere.example',
        shows: 'an alias of a name that does not exist',
        records: [{ name: '@', type: 'CNAME', data: 'no-such.example' }],
      },
      {
        name: 'alias-loop.example',
        shows: 'two aliases of each other',
        records: [
          { name: '@', type: 'CNAME', data: 'again.alias-loop.example' },
          { name: 'again', type: 'CNAME', data: 'alias-loop.example' },
        ],
      },
      {
        name: 'alias-long.example',
        shows: 'forty aliases in a row',
        records: Array.from({ length: 40 }, (_, index) => ({
          name: index === 0 ? '@' : `step${index}`,
          type: 'CNAME' as const,
          data: `step${index + 1}.alias-long.example`,
        })),
      },
    ],
  },
  ...POLICIES,
  {
    title: 'Ourselves',
    domains: [
      {
        name: 'probe.example',
        shows: 'a name for MAILTLS_EHLO_NAME that resolves to 127.0.0.1 and back',
        records: [{ name: '@', type: 'A', data: '127.0.0.1' }],
      },
      {
        name: '127.in-addr.arpa',
        shows: 'the way back',
        records: [{ name: '1.0.0', type: 'PTR', data: 'probe.example' }],
      },
    ],
  },
  { title: 'Canaries', domains: Object.values(CANARY_STATES).flat() },
];

const digits = (number: number): string => String(number).padStart(4, '0');

/** Many domains on few servers, for the bench: `d0000.bulk.example` and so on. Each server is its own operator's. */
export function bulk(domains: number, servers: number): Section {
  return {
    title: 'Bulk',
    domains: [
      ...Array.from({ length: servers }, (_, index) => ({
        name: `operator-${digits(index)}.example`,
        shows: 'an operator of many domains',
        hosts: { mx: [at(P.modern)] },
      })),
      ...Array.from({ length: domains }, (_, index) => ({
        name: `d${digits(index)}.bulk.example`,
        shows: 'one of many',
        mx: [[10, `mx.operator-${digits(index % servers)}.example`] as const],
      })),
    ],
  };
}
