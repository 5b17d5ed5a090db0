/**
 * Was this mail encrypted on its way? The sentence, the route with a row for each step, and what no header says. A
 * header has recipients and internal addresses in it: its answer has no button to share it.
 */
import type { KnownBlock, RichTextSection } from '@slack/types';
import { HOP_LOOKS, ROUTE_LOOKS, TRUST_BEGINS } from './headers-look.ts';
import type { HeadersReport, HopReport, SendingReport } from './headers-schema.ts';
import { wordDuration, wordSendingRule } from './headers-wording.ts';
import { MODALS } from './slack-actions.ts';
import { bulleted, richText } from './slack-blocks.ts';
import { always, composed, fitted, VIEW_ROOM } from './slack-budget.ts';
import type { Part } from './slack-budget.ts';
import type { SlackMessage, SlackModal } from './slack-message.ts';
import { wordTlsVersion } from './tls-version-wording.ts';
import { faint, line, plain, say, section, strong } from './slack-text.ts';

type Result = HeadersReport | SendingReport;

const LONGEST_NAME = 80;

/** @param results of what was given, in its order, at least one; a mailbox has several */
export function presentHeadersMessage(results: readonly Result[]): SlackMessage {
  return composed(headlineOf(results[0]), resultParts(results));
}

export function presentHeadersModal(results: readonly Result[]): SlackModal {
  return {
    type: 'modal',
    callback_id: MODALS.headersAnswer,
    title: plain('Was it encrypted?'),
    close: plain('Close'),
    blocks: fitted(resultParts(results), VIEW_ROOM),
  };
}

function headlineOf(result: Result | undefined): string {
  if (result === undefined) return '';
  if (result.schema === 'mailtls.sending/1') return result.sentence;
  const { icon, word } = ROUTE_LOOKS[result.verdict.answer];
  return `${icon} ${word}. ${result.verdict.sentence}`;
}

function resultParts(results: readonly Result[]): readonly Part[] {
  const [result] = results;
  if (result === undefined) return [];
  const more = results.length - 1;
  const others = `This is about the first of ${results.length} mails. Paste one at a time to see the others.`;
  return [
    ...(result.schema === 'mailtls.headers/1' ? routeParts(result) : sendingParts(result)),
    ...(more > 0 ? [always(richText(section(faint(others))))] : []),
  ];
}

function routeParts({ verdict, hops, notes }: HeadersReport): readonly Part[] {
  const { icon, word } = ROUTE_LOOKS[verdict.answer];
  const forged = hops.some(({ trusted }) => !trusted);
  const opening = [section(strong(`${icon} ${word}`), say(` – ${line(verdict.sentence)}`))];
  if (forged) opening.push(section(say(line(verdict.trustedSentence))));
  const texts = notes.map(({ text }) => text);
  return [
    always(richText(...opening)),
    { importance: 1, forms: hops.length === 0 ? [[]] : formsFor(hops).map((form) => route(hops, form)) },
    { importance: 2, forms: [8, 4].map((most) => bulleted('What to bear in mind', texts, most)) },
  ];
}

/** How many steps are drawn, and whether with all that was found about them. */
const FORMS = [
  { steps: 14, full: true },
  { steps: 9, full: true },
  { steps: 9, full: false },
  { steps: 6, full: false },
  { steps: 3, full: false },
] as const;

/** A longer route is a loop or a long list of filters: its ends and what stands out are enough of it. */
const formsFor = ({ length }: readonly HopReport[]): readonly (typeof FORMS)[number][] =>
  FORMS.filter(({ steps }) => steps < FORMS[0].steps || length <= steps);

function route(hops: readonly HopReport[], { steps, full }: (typeof FORMS)[number]): readonly KnownBlock[] {
  const shown = weightiest(hops, steps);
  const firstTrusted = hops.findIndex(({ trusted }) => trusted);
  const lines: RichTextSection[] = [section(strong('The way it took'))];
  let skipped: HopReport[] = [];
  for (const [index, hop] of hops.entries()) {
    if (index === firstTrusted && index > 0) {
      lines.push(...skippedLine(skipped), section(faint(`── ${TRUST_BEGINS}`)));
      skipped = [];
    }
    if (!shown.has(hop)) {
      skipped.push(hop);
      continue;
    }
    lines.push(...skippedLine(skipped), hopLine(hop, full));
    skipped = [];
  }
  return [richText(...lines, ...skippedLine(skipped))];
}

/** The steps in clear text, then both ends of the route, then the others as they come. */
function weightiest(hops: readonly HopReport[], most: number): ReadonlySet<HopReport> {
  const weight = (hop: HopReport): number => {
    if (hop.encryption === 'not-encrypted') return 0;
    if (hop === hops[0] || hop === hops.at(-1)) return 1;
    return hop.encryption === 'encrypted' && hop.findings.length === 0 ? 3 : 2;
  };
  return new Set(hops.toSorted((a, b) => weight(a) - weight(b)).slice(0, most));
}

function skippedLine(skipped: readonly HopReport[]): RichTextSection[] {
  if (skipped.length === 0) return [];
  const counts = [...Map.groupBy(skipped, ({ encryption }) => HOP_LOOKS[encryption].word)].map(
    ([word, { length }]) => `${length} ${word}`,
  );
  return [
    section(
      faint(
        `      … ${skipped.length} more ${skipped.length === 1 ? 'step' : 'steps'}: ${counts.join(', ')}`,
      ),
    ),
  ];
}

function hopLine(hop: HopReport, full: boolean): RichTextSection {
  const { icon, word } = HOP_LOOKS[hop.encryption];
  const version = hop.tls?.version == null ? null : wordTlsVersion(hop.tls.version);
  const session = [version, hop.tls?.cipher].filter((part) => part != null).join(', ');
  const from = line(hop.from?.name ?? hop.from?.ip ?? 'not said', LONGEST_NAME);
  const by = line(hop.by ?? 'not said', LONGEST_NAME);
  const details = full
    ? [session, delayOf(hop), ...hop.findings.map(({ text }) => text), hop.today?.text ?? ''].filter(
        (part) => part !== '',
      )
    : [];
  return section(
    strong(`${hop.index}. ${icon} ${word}`),
    say(`  ${from} → ${by}`),
    ...(details.length === 0 ? [] : [say(`\n      ${line(details.join(' · '))}`)]),
  );
}

function delayOf({ delaySeconds }: HopReport): string {
  if (delaySeconds === null) return '';
  return delaySeconds < 0
    ? `${wordDuration(delaySeconds)} before the step above`
    : `after ${wordDuration(delaySeconds)}`;
}

function sendingParts({ rules, sentence }: SendingReport): readonly Part[] {
  const texts = rules.map(({ name, level, reason, disabled }) => {
    const rule = rules.length === 1 ? '' : `${wordSendingRule({ name, level }, false)} `;
    return `${rule}${reason.text}${disabled ? ' (switched off)' : ''}`;
  });
  const forms = [16, 8, 4, 1].map((most) => bulleted('Why', texts, most));
  return [
    always(richText(section(strong(line(sentence))))),
    { importance: 1, forms: texts.length === 0 ? [[]] : forms },
  ];
}
