/**
 * A dialogue with a mail server as one would have it by hand: `>` what we sent, `<` what it sent, and in parentheses
 * what we did and saw besides. A server's line always has its mark, so none can pass for a note of ours.
 */
import { wordInstant } from './age-wording.ts';
import type { ReportAddress } from './report-schema.ts';

type TranscriptLine = ReportAddress['transcript'][number];

export interface DialogueLine {
  /** Since the connection attempt began, nine characters wide; blank where a line has no time of its own. */
  readonly time: string;
  readonly text: string;
}

export const DIALOGUE_MARKS =
  '> is what we sent, < what the server sent; in parentheses, what we did and saw.';

/** A line that a server repeats is shown once, and counted. */
export function dialogueOf(transcript: readonly TranscriptLine[]): readonly DialogueLine[] {
  const lines: DialogueLine[] = [];
  for (let at = 0; at < transcript.length;) {
    const line = transcript[at];
    if (line === undefined) break;
    const times = repetitions(transcript, at);
    lines.push(...shown(line));
    if (times > 2)
      lines.push({ time: timeOf(transcript[at + times - 1]), text: `(the same ${times - 1} times more)` });
    at += times > 2 ? times : 1;
  }
  return lines;
}

function repetitions(transcript: readonly TranscriptLine[], from: number): number {
  const { from: who, line } = transcript[from] ?? {};
  const other = transcript.findIndex((one, at) => at > from && (one.from !== who || one.line !== line));
  return (other === -1 ? transcript.length : other) - from;
}

function shown(line: TranscriptLine): readonly DialogueLine[] {
  const time = timeOf(line);
  switch (line.from) {
    case 'client':
      return [{ time, text: `> ${line.line}` }];
    case 'server':
      return [{ time, text: `< ${line.line}` }];
    case 'note':
      return anotherConnection(line.line) ?? [{ time, text: `(${wordNote(line.line)})` }];
    default:
      return line.from satisfies never;
  }
}

const timeOf = (line: TranscriptLine | undefined): string => `${String(line?.atMs ?? 0).padStart(6)} ms`;

/** What each hello offers, as `probe/handshake.ts` has it. */
const HELLOS: Readonly<Record<string, string>> = { modern: 'TLS 1.2 and newer', legacy: 'TLS 1.0 and newer' };

/** As `assessment/mx-address.ts` writes it between two connections to the same address. */
const LOOK = /^(first|second) look at (\S+), (modern|legacy) hello$/;

function anotherConnection(note: string): readonly DialogueLine[] | null {
  const [, look, instant = '', hello = ''] = LOOK.exec(note) ?? [];
  if (look === undefined) return null;
  const which = look === 'second' ? 'a second look' : 'once more';
  const text = `(${which}, ${wordInstant(instant)}, offering ${HELLOS[hello]})`;
  const noTime = ' '.repeat(9);
  return [
    { time: '', text: '' },
    { time: noTime, text },
  ];
}

/** As `probe/transcript.ts` writes it. */
function wordNote(note: string): string {
  const words = note.replace(/^-- /, '');
  const hello = /^TLS handshake, (modern|legacy) hello$/.exec(words)?.[1];
  return hello === undefined ? words : `TLS handshake: we offer ${HELLOS[hello]}`;
}
