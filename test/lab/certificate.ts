/**
 * X.509 certificates of any kind, wrong ones included, written in DER straight from RFC 5280 section 4.1:
 * a certificate is a sequence of the part to be signed, the algorithm, and the signature; the part to be
 * signed names its issuer and subject, the dates between which it holds, a public key, and extensions.
 */
import { createHash, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Who signs: a name and a key, which need not be those of a certificate that exists. */
export interface Issuer {
  readonly commonName: string;
  readonly keys: KeyPair;
}

export interface CertificateContent {
  readonly commonName: string;
  /** DNS names and IP addresses of the subjectAltName extension; empty leaves the extension out. */
  readonly alternativeNames: readonly string[];
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isAuthority: boolean;
}

const SEQUENCE = 0x30;
const SET = 0x31;

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const octets = content.length.toString(16).replace(/^(?=(?:..)*.$)/, '0');
  const length =
    content.length < 0x80 ? [content.length] : [0x80 | (octets.length / 2), ...Buffer.from(octets, 'hex')];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const integer = (bytes: Buffer) => der(0x02, bytes);
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0]));
const bitString = (bytes: Buffer, unusedBits = 0) => der(0x03, Buffer.from([unusedBits]), bytes);
const octetString = (bytes: Buffer) => der(0x04, bytes);
const utf8String = (text: string) => der(0x0c, Buffer.from(text));

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const sevenBits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) sevenBits.unshift((left & 0x7f) | 0x80);
    return sevenBits;
  });
  return der(0x06, Buffer.from(arcs));
}

/** RFC 5280 section 4.1.2.5: two-digit years through 2049, four digits after. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}

const name = (commonName: string) =>
  der(SEQUENCE, der(SET, der(SEQUENCE, objectIdentifier('2.5.4.3'), utf8String(commonName))));

/** RFC 5758 section 3.2 (ECDSA with SHA-256) and RFC 4055 section 5 (RSA with SHA-256). */
function signatureAlgorithm(key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? der(SEQUENCE, objectIdentifier('1.2.840.113549.1.1.11'), der(0x05))
    : der(SEQUENCE, objectIdentifier('1.2.840.10045.4.3.2'));
}

/** RFC 5280 section 4.2.1.2, method 1, over the whole SubjectPublicKeyInfo; any unique value will do. */
const keyIdentifier = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

function alternativeName(text: string): Buffer {
  if (isIP(text) === 4) return der(0x87, Buffer.from(text.split('.').map(Number)));
  return der(0x82, Buffer.from(text));
}

function extensions(content: CertificateContent, issuer: Issuer): Buffer {
  const extension = (id: string, critical: boolean, value: Buffer) =>
    der(SEQUENCE, objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
  const { isAuthority, alternativeNames } = content;
  const list = [
    extension('2.5.29.14', false, octetString(keyIdentifier(content.publicKey))),
    extension('2.5.29.35', false, der(SEQUENCE, der(0x80, keyIdentifier(issuer.keys.publicKey)))),
    extension('2.5.29.19', true, der(SEQUENCE, ...(isAuthority ? [boolean(true)] : []))),
    // RFC 5280 section 4.2.1.3: keyCertSign and cRLSign, or digitalSignature and keyEncipherment.
    extension(
      '2.5.29.15',
      true,
      isAuthority ? bitString(Buffer.from([0x06]), 1) : bitString(Buffer.from([0xa0]), 5),
    ),
  ];
  if (!isAuthority)
    list.push(extension('2.5.29.37', false, der(SEQUENCE, objectIdentifier('1.3.6.1.5.5.7.3.1'))));
  if (alternativeNames.length > 0) {
    list.push(extension('2.5.29.17', false, der(SEQUENCE, ...alternativeNames.map(alternativeName))));
  }
  return der(0xa3, der(SEQUENCE, ...list));
}

/** States a certificate with this content, signed by this issuer, in PEM. */
export function certificatePem(content: CertificateContent, issuer: Issuer): string {
  const { privateKey } = issuer.keys;
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    signatureAlgorithm(privateKey),
    name(issuer.commonName),
    der(SEQUENCE, time(content.notBefore), time(content.notAfter)),
    name(content.commonName),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    extensions(content, issuer),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const base64 = der(SEQUENCE, toBeSigned, signatureAlgorithm(privateKey), bitString(signature)).toString(
    'base64',
  );
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}
