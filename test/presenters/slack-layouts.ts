/** Every layout that Slack is given, by name: made of evidence as probes leave it, and of headers as people paste them. */
import { applyWhatIf } from '../../functions/assessment/what-if.ts';
import type { WhatIf } from '../../functions/assessment/what-if.ts';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import type { AgedAnswer } from '../../functions/answers/domain-answers.ts';
import type { ServerToday } from '../../functions/answers/servers-today.ts';
import { presentHeadersReport, presentSendingReport } from '../../functions/presenters/headers-report.ts';
import type { HeadersReport, SendingReport } from '../../functions/presenters/headers-schema.ts';
import { presentSlackAnswer } from '../../functions/presenters/slack-answer.ts';
import { presentSlackAnswers } from '../../functions/presenters/slack-answers.ts';
import { presentDetails } from '../../functions/presenters/slack-details.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { presentHeadersMessage, presentHeadersModal } from '../../functions/presenters/slack-headers.ts';
import { presentSlackHelp } from '../../functions/presenters/slack-help.ts';
import { presentSlackHistory } from '../../functions/presenters/slack-history.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import type {
  SlackHome,
  SlackMessage,
  SlackModal,
  SlackView,
} from '../../functions/presenters/slack-message.ts';
import { presentNotice, presentNoticeModal } from '../../functions/presenters/slack-notices.ts';
import { presentSharedAnswer } from '../../functions/presenters/slack-shared.ts';
import { presentVendorMail } from '../../functions/presenters/slack-vendor-mail.ts';
import { parseQuestion } from '../../functions/question/domain.ts';
import type { Question } from '../../functions/question/domain.ts';
import { canaries, domain, endedAt, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { ANSWERS, HISTORY, named } from '../page/answers.ts';

export const PAGE_URL = 'https://mailtls.us.example/d/vendor.example';
export const NOW_MS = Date.parse('2026-11-22T01:05:00Z');
export const USER = 'U0123ABCD';

export function asked(text: string): Question {
  const read = parseQuestion(text);
  if (!read.ok) throw new Error(`${text} is no question`);
  return read.question;
}

/** Before its second look. */
function firstLook({ evidence }: AgedAnswer): AgedAnswer {
  const hosts = evidence.hosts.map((one) => ({ ...one, secondLook: [] }));
  return aged({ ...evidence, hosts });
}

export function answerOf(state: string): AgedAnswer {
  const answer = state === 'provisional' ? firstLook(answerOf('partial')) : ANSWERS[state];
  if (answer === undefined) throw new Error(`no answer ${state}`);
  return answer;
}

/** With a policy published that the servers as they stand meet or fail. */
export function publishing(state: string, ...more: readonly WhatIf[]): AgedAnswer {
  const changed = applyWhatIf(answerOf(state).evidence, [{ change: 'mta-sts', mode: 'enforce' }, ...more]);
  if (!changed.ok) throw new Error(changed.because);
  return aged(changed.evidence);
}

/** A provider whose servers are known to encrypt, and a network that lets nobody out on port 25. */
const EXPECTED = aged(
  domain(
    [
      host([made('192.0.2.1', endedAt('connect', 'timeout', { tookMs: 10_000 }))], {
        host: 'aspmx.l.google.com',
      }),
    ],
    { egress: canaries('no-connection', 'no-connection', 'no-connection') },
  ),
  { kept: false },
);

const ALONE: SlackView = { sender: '', pageUrl: null };
const OURS: SlackView = { sender: 'exchange-online', pageUrl: PAGE_URL };

const answer = (state: string, view = ALONE): SlackMessage =>
  presentSlackAnswer(asked('vendor.example'), answerOf(state), view);
const present = (answer: AgedAnswer, view = ALONE): SlackMessage =>
  presentSlackAnswer(asked('vendor.example'), answer, view);

/** @param today what is known of servers by their live checks */
export function headersOf(
  text: string,
  today: ReadonlyMap<string, ServerToday> = new Map(),
): readonly (HeadersReport | SendingReport)[] {
  const nowMs = NOW_MS;
  return checkHeaders(Buffer.from(text), { ownServers: [], nowMs, gradeTls }).map((result) =>
    result.kind === 'headers' ? presentHeadersReport(result, today) : presentSendingReport(result),
  );
}

const hop = (from: string, by: string, how: string, minute: number): string =>
  `Received: from ${from} by ${by} ${how}; Sun, 22 Nov 2026 00:${String(minute).padStart(2, '0')}:00 +0000`;
const TLS =
  '(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested)';

/** The latest step first, as in a header. */
export const HEADER = [
  hop(
    'edge.us.example (edge.us.example [198.51.100.20])',
    'mailbox.us.example (Postfix)',
    `${TLS} with ESMTPS id 4Pf1aa1111z1abc`,
    9,
  ),
  hop(
    'out.vendor.example (out.vendor.example [192.0.2.10])',
    'edge.us.example (Postfix)',
    `${TLS} with ESMTPS id 4Pf1aa2222z2abc`,
    8,
  ),
  hop(
    'app7.vendor.example (app7.vendor.example [192.0.2.77])',
    'out.vendor.example (Postfix)',
    'with ESMTP id 4Pf1aa3333z3abc',
    2,
  ),
  hop(
    '[10.1.2.3] (unknown [203.0.113.3])',
    'app7.vendor.example (Postfix)',
    `${TLS} with ESMTPSA id 4Pf1aa4444z4abc`,
    1,
  ),
  'From: Billing <billing@vendor.example>',
  'Subject: Invoice',
  '',
].join('\r\n');

/** Of servers that took that message, one as it was then and one that has learnt to encrypt. */
const TODAY = new Map<string, ServerToday>([
  ['out.vendor.example', { checkedAt: '2026-11-22T01:02:03.456Z', encrypted: true, version: 'TLSv1.3' }],
  ['edge.us.example', { checkedAt: '2026-11-21T01:02:03.456Z', encrypted: true, version: 'TLSv1.3' }],
]);

/** @param clear which steps were in clear text */
export const longHeader = (hops: number, clear: readonly number[]): string =>
  Array.from({ length: hops }, (_, index) => {
    const step = hops - index;
    return hop(
      `relay-${step - 1}.europe.vendor.example (relay-${step - 1}.europe.vendor.example [192.0.2.${step}])`,
      `relay-${step}.europe.vendor.example (Postfix)`,
      clear.includes(step)
        ? `with ESMTP id 4Pf1aa${1000 + step}z1abc`
        : `${TLS} with ESMTPS id 4Pf1aa${1000 + step}z1abc`,
      Math.min(59, step),
    );
  }).join('\r\n');

const POSTFIX =
  'smtp_tls_security_level = may\nsmtp_tls_loglevel = 1\nrelayhost =\nmyhostname = mail.us.example\n';

export const MESSAGES: Readonly<Record<string, SlackMessage>> = {
  'answer-enforced': present(publishing('opportunistic'), OURS),
  'answer-opportunistic': answer('opportunistic'),
  'answer-partial': answer('partial', OURS),
  'answer-provisional': answer('provisional'),
  'answer-plaintext': answer('plaintext'),
  'answer-failing': present(publishing('plaintext'), OURS),
  'answer-untested': answer('untested'),
  'answer-blocked': answer('blocked'),
  'answer-degraded': present(publishing('partial')),
  'answer-expected': present(EXPECTED),
  'answer-no-mail': answer('no-mail'),
  'answer-undeliverable': answer('undeliverable'),
  'answer-no-such-domain': answer('no-such-domain'),
  'answer-stale': answer('stale', OURS),
  'answer-hostile': answer('hostile'),
  'answer-many-servers': answer('many-servers', OURS),
  'answer-international': presentSlackAnswer(
    asked('https://bücher.example/impressum'),
    named(answerOf('opportunistic'), 'xn--bcher-kva.example'),
    ALONE,
  ),
  'answer-shared': presentSharedAnswer(answerOf('partial'), OURS, USER),
  'answers-five': presentSlackAnswers([
    { row: 'answer', asked: asked('vendor.example'), answer: publishing('opportunistic') },
    { row: 'answer', asked: asked('partner.example'), answer: named(answerOf('partial'), 'partner.example') },
    { row: 'checking', asked: asked('slow.example') },
    { row: 'gave-up', asked: asked('silent.example') },
    { row: 'not-a-domain', mistake: mistakeOf('192.0.2.1') },
  ]),
  'answers-doubtful': presentSlackAnswers([
    { row: 'answer', asked: asked('vendor.example'), answer: EXPECTED },
    {
      row: 'answer',
      asked: asked('partner.example'),
      answer: named(answerOf('untested'), 'partner.example'),
    },
    { row: 'answer', asked: asked('old.example'), answer: named(answerOf('stale'), 'old.example') },
    { row: 'busy', asked: asked('other.example') },
    { row: 'store-failed', asked: asked('lost.example') },
  ]),
  history: presentSlackHistory(asked('vendor.example'), HISTORY),
  'headers-partly': presentHeadersMessage(headersOf(HEADER)),
  'headers-today': presentHeadersMessage(headersOf(HEADER, TODAY)),
  'headers-sixty-hops': presentHeadersMessage(headersOf(longHeader(60, [17, 44]))),
  'headers-sending': presentHeadersMessage(headersOf(POSTFIX)),
  help: presentSlackHelp(),
  'notice-checking': presentNotice({ notice: 'checking', asked: [asked('vendor.example')] }),
  'notice-gave-up': presentNotice({ notice: 'gave-up', asked: [asked('vendor.example')] }),
  'notice-too-soon': presentNotice({ notice: 'too-soon', asked: asked('vendor.example'), seconds: 42 }),
  'notice-busy': presentNotice({ notice: 'busy', seconds: 15 }),
  'notice-not-a-domain': presentNotice({ notice: 'not-a-domain', mistake: mistakeOf('vendor') }),
  'notice-neither': presentNotice({ notice: 'neither-headers-nor-domain' }),
  'notice-no-history': presentNotice({ notice: 'no-history', asked: asked('vendor.example') }),
};

export const MODALS: Readonly<Record<string, SlackModal>> = {
  details: presentDetails(answerOf('partial'), OURS),
  'details-hostile': presentDetails(answerOf('hostile'), ALONE),
  'details-many-servers': presentDetails(answerOf('many-servers'), OURS),
  'vendor-mail': presentVendorMail(answerOf('plaintext')),
  'vendor-mail-provisional': presentVendorMail(answerOf('provisional')),
  'details-provisional': presentDetails(answerOf('untested'), ALONE),
  'headers-form': presentHeadersForm(),
  'headers-answer': presentHeadersModal(headersOf(HEADER)),
  'notice-checking-from-home': presentNoticeModal({
    notice: 'checking-from-home',
    asked: [asked('vendor.example')],
  }),
};

export const HOMES: Readonly<Record<string, SlackHome>> = {
  home: presentHome({
    recent: [
      { domain: 'vendor.example', answer: 'enforced', at: '2026-11-22T01:02:00Z' },
      { domain: 'xn--bcher-kva.example', answer: 'partial', at: '2026-11-21T01:02:00Z' },
      { domain: 'slow.example', answer: null, at: '2026-11-20T01:02:00Z' },
      { domain: 'tpyo.example', answer: 'no-such-domain', at: '2026-11-01T01:02:00Z' },
    ],
    pageUrl: 'https://mailtls.us.example/',
    nowMs: NOW_MS,
  }),
  'home-not-known': presentHome({ recent: null, pageUrl: null, nowMs: NOW_MS }),
  'home-first-time': presentHome({ recent: [], pageUrl: null, nowMs: NOW_MS }),
};

function mistakeOf(text: string) {
  const read = parseQuestion(text);
  if (read.ok) throw new Error(`${text} is a question`);
  return read;
}
