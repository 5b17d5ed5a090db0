/**
 * The MTA-STS record: a TXT record at `_mta-sts.<domain>` says that there is a policy, and its id changes
 * whenever the policy does (RFC 8461 section 3.1). The record protects nothing by itself; without it no sender
 * looks for the policy.
 */
import { excerpt } from '../excerpt.ts';
import { recordFields } from '../white-space.ts';

/** What is wrong with the record. */
export type MtaStsRecordFault =
  /** RFC 8461 section 3.1: with more than one record senders assume there is no policy. */
  | 'several-records'
  /** Something like the version, but not `v=STSv1` and its semicolon at the beginning; senders pass over it. */
  | 'version-malformed'
  | 'id-missing'
  /** RFC 8461 section 3.1: 1 to 32 letters and digits. */
  | 'id-malformed'
  /** A field that is no `name=value`. */
  | 'field-malformed';

export type MtaStsRecord =
  | { readonly status: 'none' }
  | { readonly status: 'valid'; readonly id: string }
  | {
      readonly status: 'invalid';
      readonly because: MtaStsRecordFault;
      /** The part that is wrong, as an excerpt. */
      readonly part: string;
    };

const VERSION = /^v=STSv1[ \t]*;/;
/** A slip of the keyboard is near the beginning: nobody looks further. */
const NEAR_VERSION = /^[\s"]{0,8}v\s{0,8}=[\s"]{0,8}sts/i;
const ID = /^[A-Za-z0-9]{1,32}$/;
const EXTENSION_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
const EXTENSION_VALUE = /^[\x21-\x3a\x3c\x3e-\x7e]+$/;

const invalid = (because: MtaStsRecordFault, part: string): MtaStsRecord => ({
  status: 'invalid',
  because,
  part: excerpt(part),
});

/**
 * States what the TXT records at `_mta-sts.<domain>` say.
 * @param records all of them, each with its strings joined; none when the name has no TXT record
 * @returns `none`, the id, or the fault; a sender takes `invalid` for no policy (RFC 8461 section 3.1)
 */
export function parseMtaStsRecord(records: readonly string[]): MtaStsRecord {
  const [record, second] = records.filter((text) => VERSION.test(text));
  if (record === undefined) {
    const near = records.find((text) => NEAR_VERSION.test(text));
    return near === undefined ? { status: 'none' } : invalid('version-malformed', near);
  }
  if (second !== undefined) return invalid('several-records', second);

  let id: string | null = null;
  for (const field of recordFields(record)) {
    const separator = field.indexOf('=');
    const name = field.slice(0, Math.max(separator, 0));
    const value = field.slice(separator + 1);
    if (name === 'id' && id === null) {
      if (!ID.test(value)) return invalid('id-malformed', field);
      id = value;
    } else if (!EXTENSION_NAME.test(name) || !EXTENSION_VALUE.test(value)) {
      return invalid('field-malformed', field);
    }
  }
  return id === null ? invalid('id-missing', record) : { status: 'valid', id };
}
