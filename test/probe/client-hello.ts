/** Reading a ClientHello (RFC 8446 section 4.1.2) as it is on the wire, to see what a client really offers. */

export interface ClientHello {
  readonly sizeBytes: number;
  readonly cipherSuites: readonly number[];
  /** Extension bodies by type. */
  readonly extensions: ReadonlyMap<number, Buffer>;
}

const RECORD_HEADER = 5;
const HANDSHAKE_HEADER = 4;
const VERSION_AND_RANDOM = 34;

/** @returns null while the record is not whole */
export function readClientHello(record: Buffer): ClientHello | null {
  if (record.length < RECORD_HEADER || record.length < RECORD_HEADER + record.readUInt16BE(3)) return null;
  let at = RECORD_HEADER + HANDSHAKE_HEADER + VERSION_AND_RANDOM;
  at += 1 + record.readUInt8(at);
  const suitesBytes = record.readUInt16BE(at);
  const cipherSuites = words(record.subarray(at + 2, at + 2 + suitesBytes));
  at += 2 + suitesBytes;
  at += 1 + record.readUInt8(at);
  const end = at + 2 + record.readUInt16BE(at);
  at += 2;
  const extensions = new Map<number, Buffer>();
  while (at < end) {
    const sizeBytes = record.readUInt16BE(at + 2);
    extensions.set(record.readUInt16BE(at), record.subarray(at + 4, at + 4 + sizeBytes));
    at += 4 + sizeBytes;
  }
  return { sizeBytes: record.length, cipherSuites, extensions };
}

/** Two-octet numbers, one after the other. */
export function words(bytes: Buffer): readonly number[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}
