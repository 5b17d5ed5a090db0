/** What an answer rests on, as a modal: reasons, policies, senders, certificates, and what was said on the wire. */
import type { KnownBlock } from '@slack/types';
import type { AgedAnswer } from '../answers/domain-answers.ts';
import { OUTCOME_LOOKS, SENDER_LOOKS } from './answer-look.ts';
import { dialogueOf } from './dialogue.ts';
import { alike, policyStates, sendersOursFirst } from './policy-summary.ts';
import type { Report, ReportAddress, ReportServer } from './report-schema.ts';
import { presentReport } from './report.ts';
import { MODALS } from './slack-actions.ts';
import { buttons, richText } from './slack-blocks.ts';
import { always, fitted, VIEW_ROOM } from './slack-budget.ts';
import type { Part } from './slack-budget.ts';
import { pageButton } from './slack-answer.ts';
import { foreign, displayOf, faint, line, plain, say, section, strong } from './slack-text.ts';
import type { SlackModal, SlackView } from './slack-message.ts';
import { headlineOf, listPart, openingPart, reasonsOf } from './slack-report-parts.ts';
import { wordTlsVersion } from './tls-version-wording.ts';

export function presentDetails(answer: AgedAnswer, view: SlackView): SlackModal {
  const { domain } = answer.evidence;
  const asked = { domain, displayDomain: displayOf(domain) };
  const presented = presentReport(asked, answer.evidence, answer.judgement, view.sender);
  const headline = headlineOf(asked, answer, presented);
  const { report } = headline;
  const parts = [
    openingPart(headline, null),
    ...(report === null ? [] : detailParts(report)),
    ...(view.pageUrl === null ? [] : [always(buttons(...pageButton(view.pageUrl, domain)))]),
  ];
  return {
    type: 'modal',
    callback_id: MODALS.details,
    title: plain('Details'),
    close: plain('Close'),
    blocks: fitted(parts, VIEW_ROOM),
  };
}

function detailParts(report: Report): readonly Part[] {
  const policies = policyStates(report.policy).map(({ name, state }) => `${name}: ${state}`);
  const senders = alike(sendersOursFirst(report.senders, report.ours), report.ours).map(
    ({ names, outcome, because }) => {
      const { icon, word } = SENDER_LOOKS[outcome];
      return `${names.join('; ')}: ${icon} ${word}, because ${because}.`;
    },
  );
  return [
    listPart(4, SIZES, 'Why', reasonsOf(report)),
    listPart(3, SIZES, 'What the domain publishes', policies),
    listPart(2, SIZES, 'What happens to mail from', senders),
    serversPart(report),
    always(richText(section(faint(record(report))))),
  ];
}

const SIZES = [12, 6, 3, 0];

interface Spoken {
  readonly server: ReportServer;
  readonly address: ReportAddress;
}

/** Of how many addresses the dialogue is shown, and of how many the certificate, in fuller and briefer forms. */
const FORMS = [
  { dialogues: 6, shown: 12 },
  { dialogues: 4, shown: 8 },
  { dialogues: 3, shown: 6 },
  { dialogues: 2, shown: 4 },
  { dialogues: 1, shown: 3 },
  { dialogues: 1, shown: 1 },
  { dialogues: 0, shown: 1 },
  { dialogues: 0, shown: 0 },
] as const;

function serversPart({ mailServers }: Report): Part {
  const spoken = mailServers
    .flatMap((server) => server.addresses.map((address) => ({ server, address })))
    .toSorted((a, b) => weight(a) - weight(b));
  return { importance: 1, forms: spoken.length === 0 ? [[]] : FORMS.map((form) => servers(spoken, form)) };
}

/** What did not go well is what people look for. */
const weight = ({ address }: Spoken): number => {
  if (address.transcript.length === 0) return 2;
  return address.outcome === 'encrypted' ? 1 : 0;
};

function servers(spoken: readonly Spoken[], { dialogues, shown }: (typeof FORMS)[number]): KnownBlock[] {
  const more = spoken.length - shown;
  return [
    richText(section(strong('What they said and showed'))),
    ...spoken.slice(0, shown).map((one, index) => onAddress(one, index < dialogues)),
    ...(more > 0 ? [richText(section(faint(`And ${more} more addresses, which are not shown here.`)))] : []),
  ];
}

const MOST_LINES = 30;

function onAddress({ server, address }: Spoken, withDialogue: boolean): KnownBlock {
  const { icon, word } = OUTCOME_LOOKS[address.outcome];
  const heading = section(
    strong(foreign(`${server.host} [${address.ip}]`)),
    // The reasons have the sentence for it.
    ...(address.outcome === 'encrypted' ? [] : [say(`\n${icon} ${word}`)]),
    ...facts(address).map((fact) => say(`\n${line(fact)}`)),
  );
  if (!withDialogue || address.transcript.length === 0) return richText(heading);
  const lines = dialogueOf(address.transcript)
    .slice(0, MOST_LINES)
    .map(({ time, text }) => (text === '' ? '' : `${time} ${foreign(text)}`));
  return richText(heading, { type: 'rich_text_preformatted', elements: [say(lines.join('\n'))] });
}

function facts({ tls, certificate, software }: ReportAddress): readonly string[] {
  const group = tls?.group == null ? '' : `, ${tls.group}`;
  return [
    ...(tls === null
      ? []
      : [`Session: ${wordTlsVersion(tls.version)}, ${tls.cipher}${group} (${tls.grade})`]),
    ...(certificate === null
      ? []
      : [
          `Certificate: ${certificate.subject}, issued by ${certificate.issuer}`,
          `For: ${certificate.names.slice(0, 6).join(', ')}${certificate.names.length > 6 ? ` and ${certificate.names.length - 6} more` : ''}`,
          `Valid: ${certificate.notBefore.slice(0, 10)} to ${certificate.notAfter.slice(0, 10)}, ${certificate.key}, ${certificate.grade}`,
          `SHA-256: ${certificate.sha256}`,
        ]),
    ...(software === null ? [] : [`Software: ${software}`]),
  ];
}

/** What an auditor wants to know: when, from where and by what it was looked at. */
function record({ checkedAt, tookMs, observer }: Report): string {
  const from = [observer.sourceIp, observer.ehloName].filter((part) => part !== null).join(', ');
  const where = from === '' ? '' : ` from ${from}`;
  return line(
    `Observed ${checkedAt}${where}, in ${(tookMs / 1000).toFixed(1)} s, by mailtls ${observer.toolVersion}, rules ${observer.rulesVersion}.`,
  );
}
