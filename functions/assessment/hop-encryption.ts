/**
 * Whether one hop was encrypted, from what the receiving server wrote. The order matters: what the server says
 * of TLS, then whether the message left the machine at all, then what its silence means. A wrong "encrypted" is
 * the worst answer, so nothing that a client could have written counts, and what contradicts itself is unknown.
 */
import { cipherSuite, curveInName } from '../received/cipher-suite.ts';
import type { ReceivedField } from '../received/received-field.ts';
import type { TlsWords } from '../received/tls-evidence.ts';
import { parseTlsVersion } from '../received/tls-version.ts';
import type { Grade } from './grade.ts';
import { isOnOneMachine } from './hop-network.ts';

export type Encryption = 'encrypted' | 'not-encrypted' | 'unknown' | 'local';

export type EncryptionReason =
  /** The protocol's S: RFC 3848 section 1, RFC 6531 section 4.3, or HTTPS. */
  | 'keyword'
  /** A comment or clause of the server's about TLS. */
  | 'words'
  /** TLS with a suite that does not encrypt: RFC 5246 appendix A.5. */
  | 'null-cipher'
  /** The server says that there was no TLS. */
  | 'said-none'
  /** Software that records TLS wrote a plain protocol and nothing about TLS. */
  | 'silence-of-a-recorder'
  | 'on-one-machine'
  /** The server says both that there was TLS and that there was none. */
  | 'contradiction'
  /** The only words about TLS stand where the client could have put them. */
  | 'not-the-servers-words'
  /** The server wrote something about TLS in a form nobody knows. */
  | 'words-not-understood'
  /** The protocol is not a mail transport, or says nothing of it: HTTP, MAPI, retrieval, none named. */
  | 'protocol-says-nothing'
  /** Software that does not record TLS, or not always. */
  | 'software-does-not-record'
  | 'software-unknown';

export interface EncryptionJudgement {
  readonly encryption: Encryption;
  readonly reason: EncryptionReason;
  /** The words that decide it, as the server wrote them; null when there are none. */
  readonly evidence: string | null;
}

export interface HopTls {
  /** As Node names it; null when the words do not name one. */
  readonly version: string | null;
  /** OpenSSL's name where the suite is registered, else as written. */
  readonly cipher: string | null;
  readonly bits: number | null;
  readonly group: string | null;
  readonly grade: Grade | null;
  /** What the server wrote, before it was brought to one naming. */
  readonly written: { readonly version: string | null; readonly cipher: string | null };
}

/** As `gradeTls` of `tls-criteria.ts`. */
export type TlsGrading = (session: {
  readonly version: string | null;
  readonly cipher: string | null;
  readonly group: string | null;
}) => Grade | null;

const NO_WORDS: readonly TlsWords[] = [];

const doesNotEncrypt = (words: TlsWords): boolean =>
  words.tls && words.cipher !== null && cipherSuite(words.cipher)?.encrypts === false;

const withWords = (field: ReceivedField): string | null =>
  field.tls.with.protocol === null ? null : `with ${field.tls.with.protocol}`;

function quote(field: ReceivedField, words: readonly TlsWords[]): string | null {
  let text = withWords(field);
  for (const each of words) text = text === null ? each.words : `${text} (${each.words})`;
  return text;
}

/** Judges one hop. */
export function judgeEncryption(field: ReceivedField): EncryptionJudgement {
  const { with: protocol, words } = field.tls;
  const own = words.length === 0 ? NO_WORDS : words.filter((each) => each.serversOwn);
  const positive = own.length === 0 ? NO_WORDS : own.filter((each) => each.tls);
  const negative = own.length === 0 ? NO_WORDS : own.filter((each) => !each.tls);
  const keyword = protocol.serversOwn && protocol.keyword.tls;
  const judged = (
    encryption: Encryption,
    reason: EncryptionReason,
    evidence: string | null = withWords(field),
  ): EncryptionJudgement => ({ encryption, reason, evidence });

  if ((keyword || positive.length > 0) && negative.length > 0) {
    return judged('unknown', 'contradiction', quote(field, own));
  }
  if (positive.some(doesNotEncrypt)) return judged('not-encrypted', 'null-cipher', quote(field, positive));
  if (keyword) return judged('encrypted', 'keyword', quote(field, positive));
  if (positive.length > 0) return judged('encrypted', 'words', quote(field, positive));
  if (isOnOneMachine(field)) return judged('local', 'on-one-machine');
  if (negative.length > 0) return judged('not-encrypted', 'said-none', quote(field, negative));
  if (protocol.protocol !== null && !protocol.serversOwn) return judged('unknown', 'not-the-servers-words');
  const { transport } = protocol.keyword;
  if (transport !== 'smtp' && transport !== 'lmtp') return judged('unknown', 'protocol-says-nothing');
  if (field.dialect?.recordsTls === true && !protocol.misspelt) {
    return field.tls.unclear
      ? judged('unknown', 'words-not-understood')
      : judged('not-encrypted', 'silence-of-a-recorder');
  }
  if (words.length > 0) return judged('unknown', 'not-the-servers-words');
  return judged('unknown', field.dialect === null ? 'software-unknown' : 'software-does-not-record');
}

/**
 * Version, cipher and the rest of an encrypted hop. The server's own words first; when the keyword already
 * proves TLS, its only other words about it too (Haraka writes them after the envelope).
 */
export function hopTls(field: ReceivedField, grade: TlsGrading): HopTls {
  const own = field.tls.words.filter((each) => each.serversOwn && each.tls);
  const others = field.tls.words.filter((each) => each.tls);
  const words = own.length > 0 ? own : others.length === 1 ? others : [];
  const first = <K extends 'version' | 'cipher' | 'bits' | 'group'>(name: K): TlsWords[K] | null =>
    words.map((each) => each[name]).find((value) => value !== null) ?? null;
  const [writtenVersion, writtenCipher] = [first('version'), first('cipher')];
  const parsed = parseTlsVersion(writtenVersion ?? '');
  const version = parsed?.kind === 'version' ? parsed.version : null;
  const cipher = writtenCipher === null ? null : (cipherSuite(writtenCipher)?.opensslName ?? writtenCipher);
  const group = first('group') ?? field.groupClause ?? curveInName(writtenCipher ?? '');
  return {
    version,
    cipher,
    bits: first('bits'),
    group,
    grade: grade({ version, cipher, group }),
    written: { version: writtenVersion, cipher: writtenCipher },
  };
}
