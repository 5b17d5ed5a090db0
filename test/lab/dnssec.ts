/**
 * Signing as zones do it (RFC 4034, RFC 4035), with one ECDSA P-256 key for each zone (RFC 6605): RRSIG over a set
 * of records, DS from a parent to the key, NSEC to say what is not there.
 */
import { encode } from 'dns-packet';
import type { DnskeyData, DsData, RecordType } from 'dns-packet';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { ResourceRecord } from './declaration.ts';

export interface SigningKey {
  readonly dnskey: ResourceRecord;
  readonly ds: ResourceRecord & { readonly data: DsData };
  /** @param wrong leaves the signature there and makes it false */
  readonly sign: (records: readonly ResourceRecord[], wrong?: boolean) => ResourceRecord;
}

const ECDSA_P256_SHA256 = 13;
const SHA256 = 2;
/** RFC 4034 section 2.1.1: zone key, secure entry point. */
const FLAGS = 257;
const TTL_SECONDS = 300;
const HOUR_SECONDS = 3600;
/** Type, class, TTL and length before the data of a record (RFC 1035 section 3.2.1). */
const FIXED_OCTETS = 10;

const HEADER_OCTETS = 12;

const nameOctets = (name: string): number => (name === '' ? 1 : name.length + 2);
const wire = (record: ResourceRecord): Buffer =>
  encode({ type: 'response', answers: [record] }).subarray(HEADER_OCTETS);
const dataOf = (record: ResourceRecord): Buffer =>
  wire(record).subarray(nameOctets(record.name) + FIXED_OCTETS);

/** @param zone lower case, no trailing dot; the root is the empty string */
export function makeSigningKey(zone: string): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // RFC 6605 section 4: the two coordinates, one after the other.
  const key = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const keyData: DnskeyData = { flags: FLAGS, algorithm: ECDSA_P256_SHA256, key };
  const dnskey: ResourceRecord = { name: zone, type: 'DNSKEY', ttl: TTL_SECONDS, data: keyData };
  const keyTag = tagOf(dataOf(dnskey));
  const owner = wire(dnskey).subarray(0, nameOctets(zone));
  const digest = createHash('sha256').update(owner).update(dataOf(dnskey)).digest();
  const dsData: DsData = { keyTag, algorithm: ECDSA_P256_SHA256, digestType: SHA256, digest };

  return {
    dnskey,
    ds: { name: zone, type: 'DS', ttl: TTL_SECONDS, data: dsData },
    sign(records, wrong = false) {
      const [first] = records;
      if (first === undefined) throw new Error('nothing to sign');
      const now = Math.floor(Date.now() / 1000);
      const data = {
        typeCovered: first.type,
        algorithm: ECDSA_P256_SHA256,
        labels: first.name === '' ? 0 : first.name.split('.').length,
        originalTTL: TTL_SECONDS,
        expiration: now + HOUR_SECONDS,
        inception: now - HOUR_SECONDS,
        keyTag,
        signersName: zone,
      };
      const rrsig = (signature: Buffer): ResourceRecord => ({
        name: first.name,
        type: 'RRSIG',
        ttl: TTL_SECONDS,
        data: { ...data, signature },
      });
      // RFC 4034 section 3.1.8.1 and section 6.3: the RRSIG's own data, then the records in order of theirs.
      const sorted = records
        .map((record) => ({ ...record, ttl: TTL_SECONDS }))
        .toSorted((one, other) => Buffer.compare(dataOf(one), dataOf(other)));
      const signed = Buffer.concat([dataOf(rrsig(Buffer.alloc(0))), ...sorted.map(wire)]);
      const signature = sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      if (wrong) signature.writeUInt8(signature.readUInt8(20) ^ 1, 20);
      return rrsig(signature);
    },
  };
}

/** RFC 4034 appendix B. */
function tagOf(data: Buffer): number {
  let sum = 0;
  for (const [index, octet] of data.entries()) sum += index % 2 === 0 ? octet << 8 : octet;
  return (sum + (sum >>> 16)) & 0xffff;
}

const labelsOf = (name: string): string[] => (name === '' ? [] : name.split('.').toReversed());

/** RFC 4034 section 6.1: names by their labels, the rightmost first. */
export function inCanonicalOrder(one: string, other: string): number {
  const [a, b] = [labelsOf(one), labelsOf(other)];
  for (const [index, label] of a.entries()) {
    const against = b[index];
    if (against === undefined) return 1;
    if (label !== against) return label < against ? -1 : 1;
  }
  return a.length - b.length;
}

/** The NSEC record of a name: what is there, and which name is next (RFC 4034 section 4.1). */
export const nsec = (name: string, nextDomain: string, types: readonly RecordType[]): ResourceRecord => ({
  name,
  type: 'NSEC',
  ttl: 60,
  data: { nextDomain, rrtypes: [...types, 'RRSIG', 'NSEC'] },
});
