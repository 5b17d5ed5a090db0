/**
 * TLSA records: a pin in DNSSEC-signed DNS on the key or certificate of a server (RFC 6698 section 2.1). Usage
 * says whose: 3, DANE-EE, the server's own; 2, DANE-TA, an authority above it. Selector says of what: 0 the whole
 * certificate, 1 its public key. Matching type says how: 0 the thing itself, 1 its SHA-256, 2 its SHA-512.
 */
import { X509Certificate, createPublicKey } from 'node:crypto';
import type { RecordData } from '../../dns/answer.ts';

export type TlsaRecord = RecordData['TLSA'];

/** Why a record cannot be used on port 25; senders pass over it. */
export type TlsaFault =
  /** RFC 7672 section 3.1.3: PKIX-TA(0) and PKIX-EE(1) are not for SMTP between servers. Or not a known usage. */
  | 'usage-not-for-smtp'
  | 'selector-unknown'
  | 'matching-type-unknown'
  /** Not the 32 octets of a SHA-256 or the 64 of a SHA-512 digest. */
  | 'digest-length'
  /** Matching type 0 with something that is no certificate or no public key. */
  | 'data-malformed'
  /** A record beyond the hundredth of a set; no sane set has so many. */
  | 'too-many';

/** A record with whether a sender can use it. */
export interface JudgedTlsaRecord extends TlsaRecord {
  readonly fault: TlsaFault | null;
  /**
   * False for a usable record that is passed over because a stronger digest of the same usage and selector is
   * published (RFC 7671 section 9).
   */
  readonly counts: boolean;
}

const MOST_RECORDS = 100;
const DIGEST_OCTETS: ReadonlyMap<number, number> = new Map([
  [1, 32],
  [2, 64],
]);
/** RFC 7671 section 9: the client's order of digests, the strongest last. */
const STRENGTH: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
]);

/**
 * States for each record of a TLSA RRset whether a sender can use it and whether it counts.
 * @param records as they were published
 * @returns one for each, in order
 */
export function judgeTlsaRecords(records: readonly TlsaRecord[]): readonly JudgedTlsaRecord[] {
  const faults = records.map((record, index) => (index < MOST_RECORDS ? tlsaFault(record) : 'too-many'));
  const strongest = new Map<string, number>();
  for (const [index, { usage, selector, matchingType }] of records.entries()) {
    if (faults[index] !== null) continue;
    const key = `${usage} ${selector}`;
    strongest.set(key, Math.max(strongest.get(key) ?? 0, STRENGTH.get(matchingType) ?? 0));
  }
  return records.map((record, index) => {
    const { usage, selector, matchingType } = record;
    const fault = faults[index] ?? null;
    const best = strongest.get(`${usage} ${selector}`);
    // RFC 7671 section 9: Full(0) is no digest, and counts beside the strongest one.
    return {
      ...record,
      fault,
      counts: fault === null && (matchingType === 0 || STRENGTH.get(matchingType) === best),
    };
  });
}

function tlsaFault({ usage, selector, matchingType, data }: TlsaRecord): TlsaFault | null {
  if (usage !== 2 && usage !== 3) return 'usage-not-for-smtp';
  if (selector !== 0 && selector !== 1) return 'selector-unknown';
  const octets = DIGEST_OCTETS.get(matchingType);
  if (octets !== undefined) return data.length === octets * 2 ? null : 'digest-length';
  if (matchingType !== 0) return 'matching-type-unknown';
  return isDecodable(selector, Buffer.from(data, 'hex')) ? null : 'data-malformed';
}

function isDecodable(selector: 0 | 1, der: Buffer): boolean {
  try {
    if (selector === 0) return new X509Certificate(der).raw.length === der.length;
    return createPublicKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyType !== undefined;
  } catch {
    return false;
  }
}
