/**
 * Certificates of every kind that a DANE server might send, sound and broken, written in DER after RFC 5280
 * section 4.1 and signed with ECDSA.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const DAY_MS = 86_400_000;

/** A certificate with its keys; `der` is what goes on the wire. */
export interface Made {
  readonly name: string;
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  readonly publicKeyInfo: Buffer;
  readonly keys: Keys;
}
interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Recipe {
  readonly name: string;
  /** Signs itself when absent. */
  readonly issuer?: Made;
  readonly authority?: boolean;
  readonly pathLength?: number;
  readonly noBasicConstraints?: boolean;
  /** DNS names. */
  readonly names?: readonly string[];
  /** The first octet of the key usage bits. */
  readonly keyUsage?: number;
  /** Dotted identifiers. */
  readonly purposes?: readonly string[];
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
  /** The end of validity as it stands in the certificate, well formed or not. */
  readonly untilText?: string;
  readonly extensions?: readonly Buffer[];
  /** Another certificate's keys, as for a cross-signed authority. */
  readonly keys?: Keys;
}

export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function base128(arc: number): readonly number[] {
  const octets = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
    octets.unshift(128 + (left % 128));
  return octets;
}

function identifier(dotted: string): Buffer {
  const [top = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([top * 40 + second, ...rest.flatMap(base128)]));
}

export function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return der(0x30, identifier(id), ...flag, der(0x04, value));
}

/** A name with a common name alone, in UTF-8; `tag` says in which other kind of string. */
export const distinguished = (name: string, tag = 0x0c): Buffer =>
  der(0x30, der(0x31, der(0x30, identifier('2.5.4.3'), der(tag, Buffer.from(name)))));
const time = (days: number): Buffer => {
  const digits = new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+|[-:T]/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
};
const ECDSA_WITH_SHA256 = der(0x30, identifier('1.2.840.10045.4.3.2'));

function extensionsOf(recipe: Recipe): readonly Buffer[] {
  const list = [...(recipe.extensions ?? [])];
  if (recipe.noBasicConstraints !== true) {
    const length = recipe.pathLength === undefined ? [] : [der(0x02, Buffer.from([recipe.pathLength]))];
    const parts = recipe.authority === true ? [der(0x01, Buffer.from([0xff])), ...length] : [];
    list.push(extension('2.5.29.19', true, der(0x30, ...parts)));
  }
  if (recipe.names && recipe.names.length > 0) {
    const names = recipe.names.map((name) => der(0x82, Buffer.from(name)));
    list.push(extension('2.5.29.17', false, der(0x30, ...names)));
  }
  if (recipe.keyUsage !== undefined) {
    list.push(extension('2.5.29.15', true, der(0x03, Buffer.from([0, recipe.keyUsage]))));
  }
  if (recipe.purposes)
    list.push(extension('2.5.29.37', false, der(0x30, ...recipe.purposes.map(identifier))));
  return list;
}

export function make(recipe: Recipe): Made {
  const keys = recipe.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyInfo = keys.publicKey.export({ type: 'spki', format: 'der' });
  const extensions = extensionsOf(recipe);
  const toBeSigned = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguished(recipe.issuer?.name ?? recipe.name),
    der(
      0x30,
      time(recipe.from ?? -30),
      recipe.untilText === undefined ? time(recipe.until ?? 60) : der(0x17, Buffer.from(recipe.untilText)),
    ),
    distinguished(recipe.name),
    publicKeyInfo,
    ...(extensions.length === 0 ? [] : [der(0xa3, der(0x30, ...extensions))]),
  );
  const signature = sign('sha256', toBeSigned, recipe.issuer?.keys.privateKey ?? keys.privateKey);
  const whole = der(0x30, toBeSigned, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    name: recipe.name,
    der: whole,
    pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyInfo,
    keys,
  };
}
