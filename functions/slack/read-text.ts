/**
 * What somebody wrote: a header, whole or in part, a sending configuration, or words that ask for something. Parsed
 * in the request it came with, and kept nowhere. Addresses in what is only half a header are nobody's question.
 */
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import { presentHeadersReport, presentSendingReport } from '../presenters/headers-report.ts';
import type { HeadersReport, SendingReport } from '../presenters/headers-schema.ts';
import type { SlackDoor } from './door.ts';
import { plainText } from './plain-text.ts';
import { readWish } from './wish.ts';
import type { Wish } from './wish.ts';

export type HeadersResult = HeadersReport | SendingReport;

export type ReadText =
  | { readonly read: 'headers'; readonly results: readonly HeadersResult[] }
  | { readonly read: 'wish'; readonly wish: Wish }
  | { readonly read: 'neither' };

/** Longer than any question about five domains. */
const LONGEST_QUESTION = 600;
/** RFC 5322 section 3.6: fields that most messages have, and those that servers add on the way. */
const HEADER_FIELD =
  /^[>\s]*(?:received|return-path|delivered-to|from|to|cc|subject|date|message-id|reply-to|mime-version|content-[\w-]+|authentication-results|arc-[\w-]+|dkim-signature|x-[\w-]+):/im;

/** @param text as Slack has it, with its marks */
export function readText(text: string, door: Pick<SlackDoor, 'checkHeaders'>): ReadText {
  const plain = plainText(text);
  const results = readHeaders(Buffer.from(plain), door);
  if (results !== null) return { read: 'headers', results };
  const isQuestion = plain.trim().length <= LONGEST_QUESTION && !HEADER_FIELD.test(plain);
  return isQuestion ? { read: 'wish', wish: readWish(plain) } : { read: 'neither' };
}

/** @returns a report a message; null: it is neither header nor configuration */
export function readHeaders(
  input: Uint8Array,
  { checkHeaders }: Pick<SlackDoor, 'checkHeaders'>,
): readonly HeadersResult[] | null {
  const results = checkHeaders(input).filter(saysSomething);
  if (results.length === 0) return null;
  return results.map((result) =>
    result.kind === 'headers' ? presentHeadersReport(result) : presentSendingReport(result),
  );
}

const saysSomething = (result: AssessedHeaders | AssessedSending): boolean =>
  result.kind === 'sending' || result.hops.length > 0 || result.unreadable > 0;
