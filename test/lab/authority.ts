/**
 * The lab's certificate authority, and what is wrong with the certificates of some servers. Chains are as on
 * the public internet: a root that clients know, an intermediate that servers must send, a server certificate.
 * Keys and certificates are made when first asked for, so a test with three servers waits for three.
 */
import { generateKeyPairSync } from 'node:crypto';
import { certificatePem } from './certificate.ts';
import type { Issuer, KeyPair } from './certificate.ts';

const DAY_MS = 86_400_000;

interface Kind {
  readonly issuer: 'intermediate' | 'unknown' | 'itself';
  readonly sendsIntermediate: boolean;
  /** Days from now. */
  readonly fromDays: number;
  readonly untilDays: number;
  readonly names: (host: string) => readonly string[];
  readonly rsaBits?: number;
}

const sound: Kind = {
  issuer: 'intermediate',
  sendsIntermediate: true,
  fromDays: -30,
  untilDays: 60,
  names: (host) => [host],
};
const elsewhere = (): readonly string[] => ['mail.somewhere-else.example'];

/** Kinds of server certificate, each naming its fault. */
const KINDS = {
  sound,
  expired: { ...sound, fromDays: -100, untilDays: -10 },
  'not-yet-valid': { ...sound, fromDays: 10, untilDays: 100 },
  'wrong-name': { ...sound, names: elsewhere },
  wildcard: { ...sound, names: (host) => [host.replace(/^[^.]+/, '*')] },
  /** A common name and no subjectAltName: RFC 6125 section 6.4.4 once let it pass, RFC 8461 section 4.2 does not. */
  'common-name-only': { ...sound, names: () => [] },
  'self-signed': { ...sound, issuer: 'itself', sendsIntermediate: false },
  'unknown-authority': { ...sound, issuer: 'unknown', sendsIntermediate: false },
  'missing-intermediate': { ...sound, sendsIntermediate: false },
  'expired-self-signed-elsewhere': {
    ...sound,
    issuer: 'itself',
    sendsIntermediate: false,
    fromDays: -100,
    untilDays: -10,
    names: elsewhere,
  },
  'rsa-1024': { ...sound, rsaBits: 1024 },
  'rsa-2048': { ...sound, rsaBits: 2048 },
} as const satisfies Record<string, Kind>;
export type CertificateKind = keyof typeof KINDS;

/** What a TLS server is set up with: its chain, its own certificate first, and its key, in PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** The root that clients of the lab have to trust, in PEM. */
  readonly rootPem: string;
  /** What stands between it and the servers; sound servers send it along. */
  readonly intermediatePem: string;
  /** @param subject a host name, or an IPv4 address as text */
  readonly credentials: (kind: CertificateKind, subject: string) => Credentials;
}

const makeKeys = (rsaBits?: number): KeyPair =>
  rsaBits === undefined
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: rsaBits });

const newIssuer = (commonName: string): Issuer => ({ commonName, keys: makeKeys() });

/** States a fresh authority. No key of it outlives the process. */
export function makeAuthority(): Authority {
  const now = Date.now();
  const day = (days: number) => new Date(now + days * DAY_MS);
  const authorityPem = (subject: Issuer, issuer: Issuer) =>
    certificatePem(
      {
        commonName: subject.commonName,
        alternativeNames: [],
        publicKey: subject.keys.publicKey,
        notBefore: day(-365),
        notAfter: day(365),
        isAuthority: true,
      },
      issuer,
    );
  const root = newIssuer('mailtls lab root');
  const intermediate = newIssuer('mailtls lab intermediate');
  const unknown = newIssuer('a root nobody trusts');
  const rootPem = authorityPem(root, root);
  const intermediatePem = authorityPem(intermediate, root);
  const made = new Map<string, Credentials>();

  function make(kind: Kind, subject: string): Credentials {
    const keys = makeKeys(kind.rsaBits);
    const commonName = kind.names(subject)[0] ?? subject;
    const issuers = { intermediate, unknown, itself: { commonName, keys } };
    const own = certificatePem(
      {
        commonName,
        alternativeNames: kind.names(subject),
        publicKey: keys.publicKey,
        notBefore: day(kind.fromDays),
        notAfter: day(kind.untilDays),
        isAuthority: false,
      },
      issuers[kind.issuer],
    );
    return {
      cert: kind.sendsIntermediate ? own + intermediatePem : own,
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  return {
    rootPem,
    intermediatePem,
    credentials(kind, subject) {
      const key = `${kind} ${subject}`;
      const credentials = made.get(key) ?? make(KINDS[kind], subject);
      made.set(key, credentials);
      return credentials;
    },
  };
}
