/** What each finding is by nature, and in which order findings are told: faults first, then in this order. */
import type { Finding, FindingCode, FindingKind, Observation } from './finding-codes.ts';

/** In order of importance. */
const FINDING_KINDS: Readonly<Record<FindingCode, FindingKind>> = {
  'mail-refused': 'fault',
  'null-mx': 'note',
  'no-mail-host': 'fault',
  'mx-lookup-failed': 'gap',
  'dnssec-invalid': 'fault',
  'exchange-localhost': 'fault',
  'exchange-address-literal': 'fault',
  'exchange-not-a-host-name': 'fault',
  'null-mx-among-others': 'fault',
  'host-name-error': 'fault',
  'host-without-address': 'fault',
  'not-public': 'fault',
  'starttls-masked': 'fault',
  'starttls-not-supported': 'fault',
  'ehlo-not-understood': 'fault',
  'starttls-refused': 'fault',
  'starttls-broke-off': 'fault',
  'handshake-failed': 'fault',
  'handshake-broke-off': 'fault',
  'unusable-cipher': 'fault',
  'starttls-inconsistent': 'fault',
  'legacy-tls': 'fault',
  'dane-mismatch': 'fault',
  'dane-partial-match': 'fault',
  'dane-bogus': 'fault',
  'mta-sts-host-refused': 'fault',
  'mta-sts-invalid': 'fault',
  'tls-reporting-invalid': 'fault',
  'dane-unusable': 'fault',
  'dane-host-without-records': 'fault',
  'clear-bytes-after-starttls': 'note',
  'egress-blocked': 'gap',
  'egress-interfered': 'gap',
  'egress-degraded': 'gap',
  'host-lookup-failed': 'gap',
  'family-lookup-failed': 'gap',
  refused: 'gap',
  'connection-refused': 'gap',
  'connect-timeout': 'gap',
  'no-route': 'gap',
  'broke-off': 'gap',
  'out-of-time': 'gap',
  'backing-off': 'gap',
  'address-limit': 'gap',
  'never-probe': 'gap',
  'no-prober': 'gap',
  'prober-failed': 'gap',
  'mta-sts-unavailable': 'gap',
  'dane-unavailable': 'gap',
  'tls-reporting-unavailable': 'gap',
  'second-look-due': 'gap',
  'all-tested-encrypt': 'merit',
  'dane-protects': 'merit',
  'mta-sts-protects': 'merit',
  'requiretls-reliable': 'merit',
  encrypted: 'merit',
  'nothing-obliges-senders': 'note',
  'dane-encryption-only': 'note',
  'resolvers-disagree': 'note',
  'dane-insecure-mx': 'note',
  'mta-sts-host-would-be-refused': 'note',
  'mta-sts-testing': 'note',
  'mta-sts-mode-none': 'note',
  'mta-sts-max-age-short': 'note',
  'mta-sts-media-type': 'note',
  'mta-sts-not-inherited': 'note',
  'tlsa-outranked': 'note',
  'not-reported': 'note',
  'requiretls-in-part': 'note',
  'requiretls-unproven': 'note',
  'implicit-mx': 'note',
  'exchange-alias': 'note',
  'certificate-unreadable': 'note',
  'certificate-expired': 'note',
  'certificate-not-yet-valid': 'note',
  'common-name-only': 'note',
  'certificate-host-mismatch': 'note',
  'self-signed': 'note',
  'chain-incomplete': 'note',
  'certificate-not-trusted': 'note',
  'key-too-small': 'note',
  'signature-too-weak': 'note',
  'version-grade': 'note',
  'cipher-grade': 'note',
  'group-grade': 'note',
  'key-grade': 'note',
  'signature-grade': 'note',
};
const KIND_ORDER: readonly FindingKind[] = ['fault', 'gap', 'merit', 'note'];
const CODE_ORDER: readonly string[] = Object.keys(FINDING_KINDS);

/** Says what an observation is about, and its kind by nature. */
export function finding(observation: Observation, scope: Finding['scope'], subject: string): Finding {
  return { ...observation, kind: FINDING_KINDS[observation.code], scope, subject };
}

/** The most important first; findings of one code stay in the order they came in. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (one, other) =>
      KIND_ORDER.indexOf(one.kind) - KIND_ORDER.indexOf(other.kind) ||
      CODE_ORDER.indexOf(one.code) - CODE_ORDER.indexOf(other.code),
  );
}
