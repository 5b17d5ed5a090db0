/**
 * Every finding and every piece of advice there is, as a code with the facts its sentence needs. The list is
 * closed, so that `presenters/wording.ts` has a sentence for each or does not compile. Where RFC 8460
 * section 4.3 has a result type that fits, it is the code. The order is that of importance: findings of one
 * kind are shown in the order of this list.
 */
import type { PolicyAdviceFacts, PolicyFindingFacts } from './policy-finding-codes.ts';
import type { Grade } from './grade.ts';

/** Nothing beside the code is needed to word it. */
type NoFacts = Readonly<Record<string, never>>;
/** The server's or the system's own words, at most about 120 characters, free of control characters. */
interface Text {
  readonly text: string;
}
interface ReplyFacts extends Text {
  readonly code: number;
}
interface GradeFacts {
  readonly name: string;
  readonly grade: Exclude<Grade, 'good'>;
}
/** How a session ended without a reply that could be read. */
export type SessionBreak = 'timeout' | 'reset' | 'closed' | 'malformed' | 'too-long';

/** The facts of each finding, by code. */
export interface FindingFacts extends PolicyFindingFacts {
  // The domain itself.
  'null-mx': NoFacts;
  'no-mail-host': NoFacts;
  'mx-lookup-failed': { readonly outcome: 'servfail' | 'timeout' | 'refused' | 'malformed' } & Text;
  /** Signatures of the MX records or of a host's addresses are wrong; the subject tells which. */
  'dnssec-invalid': Text;

  // Exchanges that lead nowhere.
  'exchange-localhost': NoFacts;
  'exchange-address-literal': NoFacts;
  'exchange-not-a-host-name': NoFacts;
  'null-mx-among-others': NoFacts;
  'host-name-error': NoFacts;
  'host-without-address': NoFacts;
  /** No packet was sent to the address. */
  'not-public': NoFacts;

  // No TLS where it was asked for.
  /** A device on the way hides STARTTLS, on the server's side: a canary's came through. */
  'starttls-masked': { readonly shown: string };
  'starttls-not-supported': NoFacts;
  /** EHLO failed and HELO did not: RFC 3207 section 2 makes STARTTLS an EHLO extension. */
  'ehlo-not-understood': ReplyFacts;
  'starttls-refused': ReplyFacts;
  'starttls-broke-off': { readonly cause: SessionBreak } & Text;
  'handshake-failed': Text;
  'handshake-broke-off': { readonly cause: SessionBreak } & Text;
  /** A NULL or anonymous suite: no sender's default accepts it. */
  'unusable-cipher': { readonly cipher: string };
  /** Two looks told different stories; a sender may meet either. */
  'starttls-inconsistent': { readonly first: string; readonly second: string };
  /** TLS below 1.2 and nothing newer. */
  'legacy-tls': { readonly version: string };
  /** The hello of today's senders fails, and the smaller and laxer one that came after it does not. */
  'legacy-hello-only': { readonly version: string };
  'clear-bytes-after-starttls': { readonly sizeBytes: number };

  // What could not be looked at.
  'egress-blocked': { readonly canaries: number };
  'egress-interfered': { readonly canaries: number };
  'egress-degraded': { readonly unreached: number; readonly canaries: number };
  'host-lookup-failed': { readonly outcome: 'servfail' | 'timeout' | 'refused' | 'malformed' } & Text;
  /** The same, where no canary tells on whose side the device is: it may be ours. */
  'starttls-masked-somewhere': { readonly shown: string };
  /** One family's addresses could not be looked up, the other's could. */
  'family-lookup-failed': {
    readonly family: 4 | 6;
    readonly outcome: 'servfail' | 'bogus' | 'timeout' | 'refused' | 'malformed';
  } & Text;
  /** At `starttls` only 421: the server shuts down, whatever it was asked. */
  refused: { readonly stage: 'greeting' | 'ehlo' | 'starttls' } & ReplyFacts;
  'connection-refused': NoFacts;
  'connect-timeout': NoFacts;
  'no-route': Text;
  /** Connected, then nothing that could be read as the reply due at that stage. */
  'broke-off': { readonly stage: 'greeting' | 'ehlo'; readonly cause: SessionBreak } & Text;
  'out-of-time': NoFacts;
  'backing-off': NoFacts;
  'address-limit': NoFacts;
  'never-probe': NoFacts;
  'no-prober': NoFacts;
  'prober-failed': Text;
  /** A look that could have met a bad moment, and no second one yet. */
  'second-look-due': NoFacts;

  // What is well.
  encrypted: { readonly version: string; readonly cipher: string };
  'all-tested-encrypt': { readonly addresses: number };

  // What does not change the answer.
  'nothing-obliges-senders': NoFacts;
  /** Two resolvers were asked and told different stories; both as the resolvers' outcomes, in their codes. */
  'resolvers-disagree': {
    /** What was asked for, in a word that fits before "records". */
    readonly records: 'MX' | 'address' | 'TLSA';
    readonly resolver: string;
    readonly other: string;
    readonly used: string;
  };
  'implicit-mx': NoFacts;
  'exchange-alias': { readonly target: string };
  'certificate-unreadable': NoFacts;
  'certificate-expired': { readonly notAfter: string };
  'certificate-not-yet-valid': { readonly notBefore: string };
  'common-name-only': NoFacts;
  'certificate-host-mismatch': { readonly names: string };
  'self-signed': NoFacts;
  'chain-incomplete': { readonly issuer: string };
  /** `reason` is OpenSSL's code for it. */
  'certificate-not-trusted': { readonly issuer: string; readonly reason: string };
  'key-too-small': { readonly key: string };
  'signature-too-weak': { readonly algorithm: string };
  'version-grade': GradeFacts;
  'cipher-grade': GradeFacts;
  'group-grade': GradeFacts;
  'key-grade': GradeFacts;
  'signature-grade': GradeFacts;
}
export type FindingCode = keyof FindingFacts;

/** The facts of each piece of advice, by code. */
export interface AdviceFacts extends PolicyAdviceFacts {
  // For who sends mail to the domain.
  'run-doctor': NoFacts;
  'look-again': NoFacts;
  'send-secrets-another-way': NoFacts;
  'require-tls': NoFacts;
  // For who runs the domain's mail; the subject is the host or address it is about.
  'repair-exchange': NoFacts;
  'remove-null-mx': NoFacts;
  'repair-dnssec': NoFacts;
  'stop-masking-starttls': NoFacts;
  'enable-starttls': NoFacts;
  'repair-starttls': NoFacts;
  'find-clear-bytes': NoFacts;
  'make-starttls-constant': NoFacts;
  'enable-tls-1.2': NoFacts;
  'take-modern-hello': NoFacts;
  'publish-policy': NoFacts;
  'renew-certificate': NoFacts;
  'name-the-host-in-the-certificate': NoFacts;
  'send-the-whole-chain': NoFacts;
  'use-a-public-authority': NoFacts;
  'strengthen-certificate': NoFacts;
  'strengthen-tls': NoFacts;
}
export type AdviceCode = keyof AdviceFacts;

/**
 * `fault`: it makes the answer worse, or loses mail. `gap`: something could not be looked at. `merit`: it makes
 * the answer good. `note`: worth knowing, changes nothing.
 */
export type FindingKind = 'fault' | 'gap' | 'merit' | 'note';

/** A code with the facts that go with it, before it is said what it is about. */
export type Observation<Code extends FindingCode = FindingCode> = {
  [C in Code]: { readonly code: C; readonly facts: FindingFacts[C] };
}[Code];

interface About {
  readonly scope: 'domain' | 'host' | 'address';
  /** The domain, the host, or `host[ip]`. */
  readonly subject: string;
}

/** An observation and its subject. Worded in `presenters/finding-wording.ts`. */
export type Finding<Code extends FindingCode = FindingCode> = {
  [C in Code]: About & { readonly code: C; readonly facts: FindingFacts[C]; readonly kind: FindingKind };
}[Code];

/** Worded in `presenters/advice-wording.ts`. */
export type Advice<Code extends AdviceCode = AdviceCode> = {
  [C in Code]: About & {
    readonly code: C;
    readonly facts: AdviceFacts[C];
    readonly audience: 'sender' | 'receiver';
  };
}[Code];
