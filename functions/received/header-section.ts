/**
 * The header section of a message, RFC 5322 section 2.1: fields until the first blank line, then the body, which
 * is dropped unread. A field may be folded over lines that begin with white space (section 2.2.3); a paste from
 * a chat or a web page may have lost that white space, so a line that is no field belongs to the field above it.
 */
import { undoLayout } from './pasted-layout.ts';

export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** What follows the colon, its folds as they were. */
  readonly value: string;
}

/** The fields of one message, topmost first. */
export type HeaderSection = readonly HeaderField[];

/** What a header begins with that stands directly under a line of explanation. */
const TRACE_NAME = /^(?:x-)?(?:received|return-path|delivered-to|arc-[a-z-]{1,40})$/;
/** RFC 4155 Appendix A: how an mbox separates messages. */
const MBOX_SEPARATOR = /^From \S{1,320} {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /;

/** Fields every header section knows; an unfamiliar name in the middle of an open comment is a broken line. */
const FAMILIAR =
  /^(?:received|return-path|delivered-to|envelope-to|from|sender|to|cc|bcc|subject|date|message-id|reply-to|in-reply-to|references|mime-version|content-|dkim-|domainkey-|arc-|authentication-results|auto-submitted|list-|precedence|user-agent|resent-|tls-|require|x-|received-spf|feedback-id|importance|thread-|accept-language|organization)/;

const TAB = 9;
const SPACE = 32;
const COLON = 58;
const ASCII = 127;
const OPEN_COMMENT = 40;
const CLOSE_COMMENT = 41;

const LONGEST_NAME = 77;
const MOST_BLANKS = 4;

/** Letters are 1; digits, dashes and underscores, which no name begins with, are 2. */
const IN_NAME = new Uint8Array(65_536);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  IN_NAME[character.charCodeAt(0)] = 1;
}
for (const character of '0123456789-_') IN_NAME[character.charCodeAt(0)] = 2;

const isWhiteSpace = (code: number): boolean => code === SPACE || code === TAB;

/** The offset after the field's name that the line from `start` begins with, when a colon follows it; else -1. */
function endOfName(text: string, start: number): number {
  if (IN_NAME[text.charCodeAt(start)] !== 1) return -1;
  let end = start + 1;
  while (end - start <= LONGEST_NAME && IN_NAME[text.charCodeAt(end)] !== 0) end += 1;
  return end - start <= LONGEST_NAME && colonAfter(text, end) >= 0 ? end : -1;
}

/** RFC 5322 section 4.5: blanks may stand between a name and its colon. */
function colonAfter(text: string, nameEnd: number): number {
  let at = nameEnd;
  while (at - nameEnd < MOST_BLANKS && isWhiteSpace(text.charCodeAt(at))) at += 1;
  return text.charCodeAt(at) === COLON ? at : -1;
}

function isBlank(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && isWhiteSpace(text.charCodeAt(at))) at += 1;
  if (at === end) return true;
  // A web page pastes blanks of its own, such as U+00A0.
  const code = text.charCodeAt(at);
  return (code < SPACE || code > ASCII) && text.slice(at, end).trim() === '';
}

/** A field while its lines are read: where its value begins and ends, and how many comments it leaves open. */
interface OpenField {
  readonly name: string;
  readonly start: number;
  end: number;
  open: number;
  countedTo: number;
}

/** How many comments the field leaves open; a broken line continues what is open. */
function commentsOpen(text: string, field: OpenField): number {
  for (; field.countedTo < field.end; field.countedTo += 1) {
    const code = text.charCodeAt(field.countedTo);
    if (code === OPEN_COMMENT) field.open += 1;
    else if (code === CLOSE_COMMENT) field.open -= 1;
  }
  return field.open;
}

/** Takes the line from `start` to `end`, which is not blank: a field's first, or more of the field before it. */
function readLine(text: string, start: number, end: number, fields: OpenField[]): void {
  const last = fields.at(-1);
  const nameEnd = endOfName(text, start);
  const name = nameEnd < 0 ? null : text.slice(start, nameEnd).toLowerCase();
  const isBroken =
    name !== null &&
    last !== undefined &&
    last.name.endsWith('received') &&
    !FAMILIAR.test(name) &&
    commentsOpen(text, last) > 0;
  if (name === null || isBroken) {
    if (last !== undefined) last.end = end;
    return;
  }
  const valueStart = colonAfter(text, nameEnd) + 1;
  fields.push({ name, start: valueStart, end, open: 0, countedTo: valueStart });
}

/**
 * Reads every header section in pasted or uploaded text with LF line ends: a header alone, a whole message, a
 * mailbox of several. Lines before the first field, such as the table over Gmail's original, are skipped.
 * After the first blank line everything is body, until an mbox separator.
 */
export function readHeaderSections(pasted: string): readonly HeaderSection[] {
  return walk(pasted).sections;
}

/** States whether text of the same kind ends before the header section that it ends in does: no blank line came. */
export function endsInHeader(pasted: string): boolean {
  return walk(pasted).state === 'header';
}

type State = 'before' | 'preamble' | 'header' | 'body';

function walk(pasted: string): { readonly sections: readonly HeaderSection[]; readonly state: State } {
  const text = undoLayout(pasted);
  const sections: HeaderSection[] = [];
  let fields: OpenField[] = [];
  let state: State = 'before';
  let wasBlank = true;
  const finish = (): void => {
    if (fields.length > 0) {
      sections.push(fields.map(({ name, start, end }) => ({ name, value: text.slice(start, end) })));
    }
    fields = [];
  };
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const blank = isBlank(text, start, end);
    const isSeparator =
      wasBlank && text.startsWith('From ', start) && MBOX_SEPARATOR.test(text.slice(start, end));
    wasBlank = blank;
    if (isSeparator) {
      finish();
      state = 'before';
    } else if (blank) {
      if (state === 'header') state = 'body';
      else if (state === 'preamble') state = 'before';
    } else if (state === 'header') {
      readLine(text, start, end, fields);
    } else if (state !== 'body') {
      const nameEnd = endOfName(text, start);
      const begins: boolean =
        nameEnd >= 0 && (state === 'before' || TRACE_NAME.test(text.slice(start, nameEnd).toLowerCase()));
      state = begins ? 'header' : 'preamble';
      if (begins) readLine(text, start, end, fields);
    }
  }
  finish();
  return { sections, state };
}
