/**
 * What somebody wrote: a header, whole or in part, a sending configuration, or words that ask for something. Parsed
 * in the request it came with, and kept nowhere. Addresses in what is only half a header are nobody's question.
 */
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import type { SlackDoor } from './door.ts';
import type { HeadersAnswer } from './headers-answer.ts';
import { plainText } from './plain-text.ts';
import { readWish } from './wish.ts';
import type { Wish } from './wish.ts';

export type ReadText =
  | { readonly read: 'headers'; readonly answer: HeadersAnswer }
  | { readonly read: 'wish'; readonly wish: Wish }
  | { readonly read: 'neither' };

/** Longer than any question about five domains. */
const LONGEST_QUESTION = 600;
/** RFC 5322 section 3.6: fields that most messages have, and those that servers add on the way. */
const HEADER_FIELD =
  /^[> \t]*(?:received|return-path|delivered-to|from|to|cc|subject|date|message-id|reply-to|mime-version|content-[\w-]+|authentication-results|arc-[\w-]+|dkim-signature|x-[\w-]+):/im;

/** Every field of a header has a colon, every setting of a configuration that or an equals sign, or is a line of many. */
const COULD_BE_HEADER = /[:=\n]/;

/** What headers are read with. */
export type HeaderTools = Pick<SlackDoor, 'answers' | 'checkHeaders'>;

/** @param text as Slack has it, with its marks */
export async function readText(text: string, tools: HeaderTools): Promise<ReadText> {
  const plain = plainText(text);
  const answer = COULD_BE_HEADER.test(plain) ? await readHeaders(Buffer.from(plain), tools) : null;
  if (answer !== null) return { read: 'headers', answer };
  const isQuestion = plain.trim().length <= LONGEST_QUESTION && !HEADER_FIELD.test(plain);
  return isQuestion ? { read: 'wish', wish: readWish(plain) } : { read: 'neither' };
}

/** @returns null when it is neither header nor configuration */
export async function readHeaders(
  input: Uint8Array,
  { answers, checkHeaders }: HeaderTools,
): Promise<HeadersAnswer | null> {
  const results = (await checkHeaders(input)).filter(saysSomething);
  if (results.length === 0) return null;
  const { presentHeaders } = await import('./headers-answer.ts');
  return presentHeaders(results, answers.stored);
}

const saysSomething = (result: AssessedHeaders | AssessedSending): boolean =>
  result.kind === 'sending' || result.hops.length > 0 || result.unreadable > 0;
