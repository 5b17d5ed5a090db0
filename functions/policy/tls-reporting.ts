/**
 * TLS reporting: a TXT record at `_smtp._tls.<domain>` says where senders may send their daily summaries of
 * failed TLS deliveries (RFC 8460 section 3). It protects nothing; it lets the owner hear of an attack or a
 * mistake, as senders that refuse a server otherwise do so in silence.
 */
import type { Answer, Resolver } from '../dns/answer.ts';
import { isFailure } from '../dns/answer.ts';
import { excerpt } from './excerpt.ts';
import { recordFields, withoutWhiteSpaceAround } from './white-space.ts';

export type TlsReportingFault =
  /** RFC 8460 section 3: with more than one record senders assume there is none. */
  | 'several-records'
  | 'version-malformed'
  | 'rua-missing'
  /** None of the addresses is a `mailto:` or `https:` URI. */
  | 'rua-malformed'
  | 'field-malformed';

export type TlsReporting =
  | { readonly status: 'none' }
  | { readonly status: 'valid'; readonly rua: readonly string[] }
  | { readonly status: 'invalid'; readonly because: TlsReportingFault; readonly part: string }
  | { readonly status: 'unavailable'; readonly because: 'bogus' | 'unavailable' };

const VERSION = /^v=TLSRPTv1[ \t]*;/;
/** A slip of the keyboard is near the beginning: nobody looks further. */
const NEAR_VERSION = /^[\s"]{0,8}v\s{0,8}=[\s"]{0,8}tlsrpt/i;
const MOST_ADDRESSES = 50;
const EXTENSION = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+$/;

const invalid = (because: TlsReportingFault, part: string): TlsReporting => ({
  status: 'invalid',
  because,
  part: excerpt(part),
});

/**
 * States what the TXT records at `_smtp._tls.<domain>` say.
 * @param records all of them, each with its strings joined
 * @returns `none`, the report addresses, or the fault; a sender takes `invalid` for none (RFC 8460 section 3)
 */
export function parseTlsReportingRecord(records: readonly string[]): TlsReporting {
  const [record, second] = records.filter((text) => VERSION.test(text));
  if (record === undefined) {
    const near = records.find((text) => NEAR_VERSION.test(text));
    return near === undefined ? { status: 'none' } : invalid('version-malformed', near);
  }
  if (second !== undefined) return invalid('several-records', second);

  let rua: readonly string[] | null = null;
  for (const field of recordFields(record)) {
    if (field.startsWith('rua=') && rua === null) {
      const uris = field.slice('rua='.length).split(',', MOST_ADDRESSES);
      rua = uris.map(withoutWhiteSpaceAround).filter((uri) => isReportAddress(uri));
      if (rua.length === 0) return invalid('rua-malformed', field);
    } else if (!EXTENSION.test(field)) {
      return invalid('field-malformed', field);
    }
  }
  return rua === null
    ? invalid('rua-missing', record)
    : { status: 'valid', rua: rua.map((uri) => excerpt(uri)) };
}

/** RFC 8460 section 3: `mailto:` or `https:`; a comma, exclamation mark or semicolon in it must be encoded. */
function isReportAddress(uri: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(uri) || uri.includes('!') || !URL.canParse(uri)) return false;
  const { protocol, hostname, pathname } = new URL(uri);
  return (protocol === 'https:' && hostname !== '') || (protocol === 'mailto:' && /.@./.test(pathname));
}

/**
 * Asks for the record.
 * @param domain A-label, no trailing dot
 */
export const lookUpTlsReporting = (
  domain: string,
  resolver: Resolver,
  signal?: AbortSignal,
): Promise<Answer<'TXT'>> => resolver.lookUp(`_smtp._tls.${domain}`, 'TXT', signal);

/** States what an answer to that question means; a lookup that failed is `unavailable`, never `none`. */
export function readTlsReporting(answer: Answer<'TXT'>): TlsReporting {
  if (isFailure(answer)) {
    return { status: 'unavailable', because: answer.outcome === 'bogus' ? 'bogus' : 'unavailable' };
  }
  return parseTlsReportingRecord(answer.outcome === 'records' ? answer.records : []);
}
