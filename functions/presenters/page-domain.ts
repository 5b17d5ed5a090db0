/** The answer about a domain as a page: the sentence first, what it rests on below it. */
import { html } from 'hono/html';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { ANSWER_NOTES, wordAge, wordInstant } from './age-wording.ts';
import { verdictLook } from './answer-look.ts';
import type { History } from './history-schema.ts';
import { presentEvidence } from './page-evidence.ts';
import { presentTimeline } from './page-history.ts';
import { domainHeading, presentPage } from './page-layout.ts';
import type { Markup } from './page-layout.ts';
import { presentPolicies, presentSenders } from './page-policies.ts';
import { presentUntested } from './page-untested.ts';
import { presentReaders } from './page-readers.ts';
import { presentServers } from './page-servers.ts';
import type { Report } from './report-schema.ts';
import { untestedTexts } from './untested-wording.ts';

export interface DomainPage {
  readonly report: Report;
  /** What the report was made of. */
  readonly evidence: DomainEvidence;
  readonly ageSeconds: number;
  readonly stale: boolean;
  readonly kept: boolean;
  /** What a new check is doing, in a sentence; null: none runs. */
  readonly progress: string | null;
  /** Null: it cannot be read now. */
  readonly history: History | null;
  /** Whoever reads it can reach nothing else of the service: no buttons, no links. */
  readonly alone?: boolean;
}

/** A page has at most this; what does not fit is folded dialogue, which the JSON has. */
const MOST_BYTES = 58_000;
const MOST_REASONS = 16;

export function presentDomainPage(page: DomainPage): string {
  const { report, evidence, history } = page;
  const { word } = verdictLook(report.verdict);
  const untested = untestedTexts(report);
  const said = new Set(untested.map(withoutAddress));
  const reasons = report.verdict.reasons.map(({ text }) => text);
  const before = [
    headline(page),
    presentReaders(report),
    presentServers(report, evidence),
    listed(
      'why',
      'Why',
      reasons.filter((text) => !said.has(withoutAddress(text))),
    ),
    advice(report),
    presentUntested(report, untested),
    presentSenders(report),
    presentPolicies(report),
  ];
  const after = [presentTimeline(history), record(report, page.alone === true)];
  const frame = (evidenceShown: Markup): string =>
    presentPage({
      title: `${report.displayDomain}: ${word} – mailtls`,
      main: html`${[...before, evidenceShown, ...after]}`,
      underWay: page.progress !== null,
      alone: page.alone === true,
    });
  const roomBytes = MOST_BYTES - Buffer.byteLength(frame(html``));
  return frame(presentEvidence(report, roomBytes));
}

/** A reason may name the host where what was not tested names each address of it. */
const withoutAddress = (text: string): string => text.replace(/\[[0-9a-f.:]+\]/, '');

function headline(page: DomainPage): Markup {
  const { report } = page;
  const { verdict, domain } = report;
  const { icon, word, tone } = verdictLook(verdict);
  return html`${domainHeading(report)}
    <div class="verdict ${tone}">
      <p class="word"><span aria-hidden="true">${icon}</span>${word}</p>
      <p class="sentence">${verdict.sentence}</p>
    </div>
    ${notes(page)}
    <div class="age">
      <p>
        Checked <time datetime="${report.checkedAt}">${wordAge(page.ageSeconds)}</time>,
        ${wordInstant(report.checkedAt)}.
      </p>
      ${page.alone === true ? '' : checkButton(domain, 'Check again', 'second')}
    </div> `;
}

function notes({ report, stale, kept, progress }: DomainPage): Markup {
  const provisional = html`<p class="note unknown">${ANSWER_NOTES.provisional}</p>`;
  const old = html`<p class="note fair">${ANSWER_NOTES.stale}</p>`;
  const lost = html`<p class="note unknown">${ANSWER_NOTES.unkept}</p>`;
  return html`${progress === null ? '' : progressNote(progress)}${report.provisional ? provisional : ''}${stale ? old : ''}${kept ? '' : lost}`;
}

const progressNote = (progress: string): Markup =>
  html`<p class="note unknown">
    <strong>A new check is running.</strong> <span id="progress" role="status">${progress}</span>
  </p>`;

/** A button that starts a check: a form, since reading a page starts nothing. */
export function checkButton(domain: string, label: string, kind: 'first' | 'second'): Markup {
  return html`<form method="post" action="/d/${domain}" class="screen">
    <button class="${kind}">${label}</button>
  </form>`;
}

function listed(id: string, title: string, texts: readonly string[]): Markup {
  if (texts.length === 0) return html``;
  const more = texts.length - MOST_REASONS;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <ul>
      ${texts.slice(0, MOST_REASONS).map((text) => html`<li>${text}</li>`)}${more > 0 ? html`<li>And ${more} more, in the <a href="#record">record</a>.</li>` : ''}
    </ul>
  </section>`;
}

function advice({ verdict, displayDomain }: Report): Markup {
  const of = (audience: 'sender' | 'receiver'): string[] =>
    verdict.advice.filter((entry) => entry.audience === audience).map(({ text }) => text);
  return html`${listed('you', 'What you can do', of('sender'))}${listed('they', `What ${displayDomain} can do`, of('receiver'))}`;
}

/** What an auditor wants to keep: when, from where and by what it was looked at, and the whole of it as data. */
function record({ domain, checkedAt, tookMs, observer }: Report, alone: boolean): Markup {
  const from = [VANTAGES[observer.vantage], observer.sourceIp, observer.ehloName].filter(
    (part) => part !== null,
  );
  return html`<section aria-labelledby="record">
    <h2 id="record">For the record</h2>
    <dl class="pairs">
      <dt>Observed</dt>
      <dd><time>${checkedAt}</time>, in ${(tookMs / 1000).toFixed(1)} s</dd>
      <dt>From</dt>
      <dd>${from.join(', ')}</dd>
      <dt>Resolvers</dt>
      <dd>${observer.resolvers.join(', ')}</dd>
      <dt>By</dt>
      <dd>mailtls ${observer.toolVersion}, rules ${observer.rulesVersion}</dd>
      ${
        alone
          ? ''
          : html`<dt>All of it</dt>
              <dd>
                <a href="/v1/domains/${domain}">Report as JSON</a>,
                <a href="/v1/domains/${domain}/history">history as JSON</a>
              </dd>`
      }
    </dl>
    <p class="screen soft">
      For an auditor: print this page, to paper or PDF; everything folded is then unfolded.
    </p>
  </section>`;
}

const VANTAGES: Readonly<Record<Report['observer']['vantage'], string>> = {
  local: "this service's own machine",
  lambda: 'a function on AWS',
  agent: 'a probe agent',
  none: 'nowhere: policies only',
};
