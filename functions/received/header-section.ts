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

const FIELD = /^([A-Za-z][A-Za-z0-9_-]{0,76})[ \t]{0,4}:/;
/** What a header begins with that stands directly under a line of explanation. */
const TRACE_FIELD = /^(?:x-)?(?:received|return-path|delivered-to|arc-[a-z-]{1,40})[ \t]{0,4}:/i;
/** RFC 4155 Appendix A: how an mbox separates messages. */
const MBOX_SEPARATOR = /^From \S{1,320} {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /;

/** Fields every header section knows; an unfamiliar name in the middle of an open comment is a broken line. */
const FAMILIAR =
  /^(?:received|return-path|delivered-to|envelope-to|from|sender|to|cc|bcc|subject|date|message-id|reply-to|in-reply-to|references|mime-version|content-|dkim-|domainkey-|arc-|authentication-results|auto-submitted|list-|precedence|user-agent|resent-|tls-|require|x-|received-spf|feedback-id|importance|thread-|accept-language|organization)/i;

/** How many comments a line leaves open; a broken line continues what is open. */
function openedBy(line: string): number {
  let depth = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '(') depth += 1;
    else if (line[at] === ')') depth -= 1;
  }
  return depth;
}

type Reading = { name: string; lines: string[]; open: number }[];

/** Takes one line that is not blank: a field's first, or more of the field before it. */
function readLine(fields: Reading, line: string): void {
  const last = fields.at(-1);
  const isFold = /^[ \t]/.test(line);
  const name = isFold ? undefined : FIELD.exec(line)?.[1]?.toLowerCase();
  const isBroken =
    name !== undefined &&
    last !== undefined &&
    last.open > 0 &&
    last.name.endsWith('received') &&
    !FAMILIAR.test(name);
  if (name === undefined || isBroken) {
    if (last === undefined) return;
    last.lines.push(isFold ? line : ` ${line}`);
    last.open += openedBy(line);
    return;
  }
  const value = line.slice(line.indexOf(':') + 1);
  fields.push({ name, lines: [value], open: openedBy(value) });
}

/**
 * Reads every header section in pasted or uploaded text with LF line ends: a header alone, a whole message, a
 * mailbox of several. Lines before the first field, such as the table over Gmail's original, are skipped.
 * After the first blank line everything is body, until an mbox separator.
 */
export function readHeaderSections(text: string): readonly HeaderSection[] {
  const sections: HeaderSection[] = [];
  let fields: Reading = [];
  let state: 'before' | 'preamble' | 'header' | 'body' = 'before';
  let wasBlank = true;
  const finish = (): void => {
    if (fields.length > 0)
      sections.push(fields.map(({ name, lines }) => ({ name, value: lines.join('\n') })));
    fields = [];
  };
  for (const line of undoLayout(text)) {
    const isBlank = line === '' || line.trim() === '';
    const isSeparator = wasBlank && MBOX_SEPARATOR.test(line);
    wasBlank = isBlank;
    if (isSeparator) {
      finish();
      state = 'before';
    } else if (isBlank) {
      if (state === 'header') state = 'body';
      else if (state === 'preamble') state = 'before';
    } else if (state === 'before' || state === 'preamble') {
      const begins: boolean = state === 'before' ? FIELD.test(line) : TRACE_FIELD.test(line);
      state = begins ? 'header' : 'preamble';
      if (begins) readLine(fields, line);
    } else if (state === 'header') {
      readLine(fields, line);
    }
  }
  finish();
  return sections;
}
