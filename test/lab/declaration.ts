/** How a small internet is declared: domains, their exchanges and hosts, and how a resolver answers for them. */
import type { Answer, OptAnswer } from 'dns-packet';
import type { PolicyPosture } from './policy-posture.ts';
import type { Posture } from './posture.ts';
import type { Pin } from './pin.ts';

/**
 * How the lab's resolver answers for a name. It is a validating one: `secure` sets AD, `bogus` is SERVFAIL with
 * extended error 6 unless CD is set. The rest are a resolver's, a network's or a forger's doing.
 */
export type Behaviour =
  | 'insecure'
  | 'secure'
  | 'bogus'
  /** SERVFAIL with extended errors 22 and 23 (RFC 8914 sections 4.23 and 4.24), with CD too. */
  | 'servfail'
  /** SERVFAIL without a word more. */
  | 'servfail-unexplained'
  /** SERVFAIL to the first query of each transport; then as `insecure`. */
  | 'servfail-once'
  | 'timeout'
  | 'refused'
  /** UDP: TC and no records, so that TCP must be asked (RFC 7766 section 5). */
  | 'truncated'
  | 'malformed'
  /** An answer under another id (RFC 5452 section 9.1), and no other. */
  | 'wrong-id'
  /** An answer to another question, and no other. */
  | 'wrong-question'
  /** UDP: a forged answer under another id first, then the true one. */
  | 'forged-first';

export type ResourceRecord = Exclude<Answer, OptAnswer>;

/** By transport, for resolvers that tell different stories. */
export type Answers = Behaviour | { readonly udp: Behaviour; readonly doh: Behaviour };

/** One address of a host, and who answers there. */
export interface Address {
  /** `own`: a 127/8 address that the lab gives to nobody else. */
  readonly ip: 'own' | (string & {});
  /** Postures take turns from connection to connection. `nobody`: the port is closed. `dropped`: no answer to SYN. */
  readonly answering: readonly [Posture, ...Posture[]] | 'nobody' | 'dropped';
  /** Further labels of this domain, aliases of the host, for which the server has a certificate of their own. */
  readonly alsoNamed?: readonly string[];
}

export interface MtaSts {
  /** TXT records at `_mta-sts`; one sound record where left out. */
  readonly records?: readonly string[];
  /** Who answers at `mta-sts.<domain>`. `nobody`: the port is closed. `no-address`: the name has none. */
  readonly host: PolicyPosture | 'nobody' | 'no-address';
}

export interface Domain {
  /** A-label, no trailing dot. */
  readonly name: string;
  readonly shows: string;
  /** Preference and exchange: a single label is a host of this domain, anything with a dot is taken as it stands. */
  readonly mx?: readonly (readonly [preference: number, exchange: string])[];
  /** Addresses by label; `@` is the domain itself. */
  readonly hosts?: Readonly<Record<string, readonly Address[]>>;
  /** What the TLSA records of a host pin, by its label; they are at whichever port the lab's mail servers have. */
  readonly tlsa?: Readonly<Record<string, readonly Pin[]>>;
  readonly mtaSts?: MtaSts;
  /** Further records; `name` is a label of this domain, or `@`. */
  readonly records?: readonly ResourceRecord[];
  /** For every name of the domain; `insecure` where left out. */
  readonly answers?: Answers;
  /** For one name, or for one type at one name: `mx`, `mx AAAA`, `@ MX`. */
  readonly answersAt?: Readonly<Record<string, Answers>>;
  /** In place of 300, by type at a name: `@ MX`; where there are several records, one for each. */
  readonly ttlSecondsAt?: Readonly<Record<string, readonly number[]>>;
}

export interface Section {
  readonly title: string;
  readonly domains: readonly Domain[];
}
