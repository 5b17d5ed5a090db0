/** The parts of an answer in Slack, the most important first. What is said is what every door says. */
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { DomainName } from '../question/domain-name.ts';
import { ANSWER_NOTES, wordInstant } from './age-wording.ts';
import { SENDER_LOOKS, verdictLook } from './answer-look.ts';
import type { Look } from './answer-look.ts';
import { alike } from './policy-summary.ts';
import type { Report } from './report-schema.ts';
import { bulleted, richText } from './slack-blocks.ts';
import { ALWAYS } from './slack-budget.ts';
import type { Part } from './slack-budget.ts';
import { serversPart } from './slack-servers.ts';
import { age, faint, line, say, section, shownName, strong } from './slack-text.ts';
import { alikeTexts, subjectsOf, untestedTexts, wordExpected } from './untested-wording.ts';

export type Asked = Pick<DomainName, 'domain' | 'displayDomain'>;

const NO_SUCH_DOMAIN: Look = { icon: '✘', word: 'no such domain', tone: 'bad' };

/** What an answer says, or would if there were such a domain. */
export interface Headline {
  readonly asked: Asked;
  readonly look: Look;
  readonly sentence: string;
  readonly answer: AgedAnswer;
  /** Null: there is no such domain. */
  readonly report: Report | null;
}

export function headlineOf(
  asked: Asked,
  answer: AgedAnswer,
  presented: { readonly report: Report } | { readonly sentence: string },
): Headline {
  if (!('report' in presented)) {
    return { asked, look: NO_SUCH_DOMAIN, sentence: presented.sentence, answer, report: null };
  }
  const { report } = presented;
  const { sentence } = report.verdict;
  return { asked, look: verdictLook(report.verdict), sentence, answer, report };
}

/** @param understanding how the question was understood, where that was not plain */
export function openingPart(headline: Headline, understanding: string | null): Part {
  const { asked, look, sentence, answer, report } = headline;
  const expectation = expectationOf(report);
  const notes = notesOn(headline).map(({ sentence }) => sentence);
  const lines = [
    ...(expectation === null ? [] : [section(strong(NOT_PROBED), say(` ${expectation}`))]),
    section(
      strong(`${look.icon} ${shownName(asked)}: ${look.word}`),
      say(` – ${line(sentence)}`),
      faint(' Checked '),
      age(answer),
      faint(`, ${wordInstant(answer.evidence.observedAt)}.`),
    ),
    ...[understanding ?? [], notes].flat().map((note) => section(faint(line(note)))),
  ];
  return { importance: ALWAYS, forms: [[richText(...lines)]] };
}

/** The same for a notification, in a line. */
export const wordHeadline = ({ look, asked, sentence }: Headline): string =>
  `${look.icon} ${asked.displayDomain}: ${look.word}. ${sentence}`;

export const NOT_PROBED = 'Not probed.';

/** What comes before an answer of which nobody could see anything; null: it was looked, or nothing lets one expect it. */
export const expectationOf = (report: Report | null): string | null =>
  report?.verdict.answer === 'untested' && report.expected !== null ? wordExpected(report.expected) : null;

interface Note {
  readonly holds: boolean;
  readonly sentence: string;
  /** The same where there is no room for it, behind the age of the answer. */
  readonly word: string;
}

/** What to bear in mind about an answer. */
export const notesOn = ({ answer, report }: Headline): readonly Note[] =>
  [
    {
      holds: report?.provisional === true,
      sentence: `${ANSWER_NOTES.provisional} Ask again then.`,
      word: 'provisional',
    },
    { holds: answer.stale, sentence: ANSWER_NOTES.stale, word: 'old' },
    { holds: answer.refreshing, sentence: 'A new check is running.', word: 'being renewed' },
    { holds: !answer.kept, sentence: ANSWER_NOTES.unkept, word: 'not kept' },
  ].filter(({ holds }) => holds);

/** Where nobody said who sends our mail, the two that most senders are with. */
const MOST_COMMON = ['gmail', 'exchange-online'] as const;

function sendersPart({ ours, senders, mailServers }: Report): Part {
  const common = MOST_COMMON.flatMap((name) => senders.find(({ sender }) => sender === name) ?? []);
  const rows = alike(ours === null ? common : [ours], ours).map(({ names, outcome, because }) => {
    const { icon, word } = SENDER_LOOKS[outcome];
    return section(
      say('Mail from '),
      strong(names.join(' and ')),
      say(`: ${icon} ${word}, because ${line(because)}.`),
    );
  });
  const forms = rows.length === 0 || mailServers.length === 0 ? [[]] : [[richText(...rows)], []];
  return { importance: 5, forms };
}

/** A list that gets shorter as there is less room. */
export function listPart(
  importance: number,
  sizes: readonly number[],
  heading: string,
  texts: readonly string[],
): Part {
  const forms = texts.length === 0 ? [[]] : sizes.map((most) => bulleted(heading, texts, most));
  return { importance, forms };
}

const MOST_NAMED = 2;
const LONGEST_NAME = 80;

/** Texts about servers; what holds for several is said of the first, and of which others. */
export const aboutServers = (texts: readonly string[], report: Report): readonly string[] =>
  alikeTexts(texts, subjectsOf(report)).map(({ text, others }) => {
    if (others.length === 0) return text;
    const more = others.length - MOST_NAMED;
    const names = others.slice(0, MOST_NAMED).map((name) => line(name, LONGEST_NAME));
    return `${line(text)} The same goes for ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  });

/** What is done at a command line is done by whoever runs this bot, and not by whoever reads its answer. */
const AT_A_COMMAND_LINE: Readonly<Record<string, string>> = {
  'run-doctor': 'Tell whoever runs this bot: "mailtls doctor" shows them what its network blocks.',
};

/** The note on top of a provisional answer says this already. */
const OF_A_SECOND_LOOK: ReadonlySet<string> = new Set(['second-look-due', 'look-again']);

/** Reasons and advice without what is said on top of the answer. */
const notOnTop = <Told extends { readonly code: string }>(
  told: readonly Told[],
  { provisional }: Report,
): readonly Told[] => told.filter(({ code }) => !provisional || !OF_A_SECOND_LOOK.has(code));

const adviceFor = (report: Report, audience: 'sender' | 'receiver'): readonly string[] =>
  aboutServers(
    notOnTop(report.verdict.advice, report)
      .filter((advice) => advice.audience === audience)
      .map(({ code, text }) => AT_A_COMMAND_LINE[code] ?? text),
    report,
  );

/** What a vendor could change. */
export const vendorAdvice = (report: Report): readonly string[] => adviceFor(report, 'receiver');

/** Each sentence by itself ends so; of a list it is said once. */
const NO_WORD_ON_ENCRYPTION = / This says nothing about its encryption\.$/;

/** Where nothing at all was tested, the answer itself says that this is no word on encryption. */
const isUntested = ({ verdict }: Report): boolean => verdict.answer === 'untested';

const withoutRider = (texts: readonly string[]): readonly string[] =>
  texts.map((text) => text.replace(NO_WORD_ON_ENCRYPTION, ''));

/** What the answer rests on, without what is said on top of it. */
export function reasonsOf(report: Report): readonly string[] {
  const texts = notOnTop(report.verdict.reasons, report).map(({ text }) => text);
  return aboutServers(isUntested(report) ? withoutRider(texts) : texts, report);
}

function untestedPart(report: Report): Part {
  const given = untestedTexts(report);
  const texts = withoutRider(given);
  const isSaid = isUntested(report) || !given.some((text) => NO_WORD_ON_ENCRYPTION.test(text));
  const heading = isSaid ? 'Not tested, and why' : 'Not tested, which says nothing about encryption';
  return listPart(2, [6, 3, 1, 0], heading, aboutServers(texts, report));
}

/**
 * All of an answer but who gets to see it and what they can do with it.
 * @param more where what is left out can be read, a sentence
 */
export function reportParts(headline: Headline, understanding: string | null, more: string): readonly Part[] {
  const { report, answer, asked } = headline;
  if (report === null) return [openingPart(headline, understanding)];
  return [
    openingPart(headline, understanding),
    sendersPart(report),
    serversPart(report, answer.evidence, more),
    untestedPart(report),
    listPart(3, [3, 1, 0], 'What you can do', adviceFor(report, 'sender')),
    listPart(4, [6, 3, 1, 0], `What to ask ${shownName(asked)} to do`, vendorAdvice(report)),
  ];
}
