/**
 * Every finding and piece of advice about a domain's policies, as a code with the facts its sentence needs. The
 * list is closed, so that the wording has a sentence for each; the order is that of importance.
 */
type NoFacts = Readonly<Record<string, never>>;

/** The facts of each finding, by code. */
export interface PolicyFindingFacts {
  // Mail is refused.
  /** Senders that check the domain's policies find no server that will do; a comma list of `SENDERS`. */
  'mail-refused': { readonly senders: string };
  /** No address of the host matches its TLSA records. */
  'dane-mismatch': { readonly because: string };
  'dane-partial-match': { readonly because: string };
  'dane-bogus': NoFacts;
  /** The host fails the domain's own MTA-STS policy in mode enforce. */
  'mta-sts-host-refused': {
    readonly because: 'no-match' | 'certificate-invalid' | 'no-starttls';
  };

  // Policies that do not hold.
  'mta-sts-invalid': { readonly because: string; readonly line: number; readonly text: string };
  'tls-reporting-invalid': { readonly because: string; readonly text: string };
  'dane-unusable': { readonly records: number };
  /** No server can be proven by its TLSA records; they oblige senders to encrypt and to nothing more. */
  'dane-encryption-only': NoFacts;
  /** TLSA records that are passed over, as the MX records that name the host are not signed. */
  'dane-insecure-mx': NoFacts;
  /** Some hosts have TLSA records and this one has none: an attacker leaves the sender only this one. */
  'dane-host-without-records': NoFacts;
  'mta-sts-max-age-short': { readonly maxAgeSeconds: number };
  'mta-sts-media-type': NoFacts;

  // What could not be looked at.
  'mta-sts-unavailable': { readonly because: string; readonly text: string };
  'dane-unavailable': NoFacts;
  'tls-reporting-unavailable': NoFacts;

  // What is well.
  'dane-protects': { readonly hosts: number };
  'mta-sts-protects': { readonly hosts: number };

  /** RFC 8689 section 4.2.1: every server takes mail marked REQUIRETLS and can be told from an impostor. */
  'requiretls-reliable': NoFacts;

  // What changes nothing.
  /** Some servers take mail marked REQUIRETLS and others do not. */
  'requiretls-in-part': NoFacts;
  /** They take it, and no sender can know that they are the right ones. */
  'requiretls-unproven': NoFacts;
  'mta-sts-testing': NoFacts;
  'mta-sts-mode-none': NoFacts;
  /** RFC 8461 section 3.4: a policy counts for its own domain and for none below it. */
  'mta-sts-not-inherited': { readonly parent: string };
  /** In mode testing: the host would be refused in mode enforce. */
  'mta-sts-host-would-be-refused': PolicyFindingFacts['mta-sts-host-refused'];
  /** RFC 7671 section 9: the record would match and a stronger digest of the same kind is published. */
  'tlsa-outranked': NoFacts;
  'not-reported': NoFacts;
}
export type PolicyFindingCode = keyof PolicyFindingFacts;

/** The facts of each piece of advice, by code; all of it is for who runs the domain's mail. */
export interface PolicyAdviceFacts {
  'update-tlsa': NoFacts;
  'repair-tlsa-signatures': NoFacts;
  'repair-mta-sts-host': PolicyFindingFacts['mta-sts-host-refused'] & {
    readonly mode: 'enforce' | 'testing';
  };
  'repair-mta-sts-policy': NoFacts;
  'repair-tls-reporting': NoFacts;
  'publish-usable-tlsa': NoFacts;
  'sign-mx-records': NoFacts;
  'publish-tlsa-for-every-host': NoFacts;
  'lengthen-max-age': NoFacts;
  'enforce-mta-sts': NoFacts;
  'publish-tls-reporting': NoFacts;
}
export type PolicyAdviceCode = keyof PolicyAdviceFacts;

export type PolicyFinding = {
  readonly [Code in PolicyFindingCode]: {
    readonly code: Code;
    readonly facts: PolicyFindingFacts[Code];
    readonly kind: 'fault' | 'gap' | 'merit' | 'note';
    readonly scope: 'domain' | 'host';
    /** The domain, or the host. */
    readonly subject: string;
  };
}[PolicyFindingCode];

export type PolicyAdvice = {
  readonly [Code in PolicyAdviceCode]: {
    readonly code: Code;
    readonly facts: PolicyAdviceFacts[Code];
    readonly audience: 'receiver';
    readonly scope: 'domain' | 'host';
    readonly subject: string;
  };
}[PolicyAdviceCode];
