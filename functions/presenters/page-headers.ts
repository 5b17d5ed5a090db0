/** Was this mail encrypted on its way? The page to paste a header into, and the route drawn below it. */
import { html } from 'hono/html';
import type { Look } from './answer-look.ts';
import { HOP_LOOKS, LEVEL_LOOKS, ROUTE_LOOKS, TRUST_BEGINS } from './headers-look.ts';
import type { HeadersReport, HopReport, SendingReport } from './headers-schema.ts';
import { wordDuration } from './headers-wording.ts';
import { presentPage } from './page-layout.ts';
import type { Markup } from './page-layout.ts';

/** Drawn, because not every reader's fonts have one. */
const LOCKS: Partial<Record<HopReport['encryption'], Markup>> = {
  encrypted: lock('M4 7V5a4 4 0 0 1 8 0v2'),
  'not-encrypted': lock('M4 7V5a4 4 0 0 1 7.5-2'),
};
const MOST_SHOWN = 10;

/** @param results of what was pasted, in its order; null: nothing yet. What was pasted is not on the page again. */
export function presentHeadersPage(results: readonly (HeadersReport | SendingReport)[] | null): string {
  const more = (results?.length ?? 0) - MOST_SHOWN;
  const main = html`<h1>Was this mail encrypted on its way?</h1>
    ${(results ?? []).slice(0, MOST_SHOWN).map((result) => (result.schema === 'mailtls.headers/1' ? route(result) : sending(result)))}${more > 0 ? html`<p>And ${more} more messages, which are not shown here.</p>` : ''}
    ${results === null ? '' : html`<h2>Another mail</h2>`}
    <form method="post" action="/headers" enctype="multipart/form-data">
      <p>
        <label for="text">Paste the header of the mail</label>
        <span class="soft" id="where">
          It is behind "Show original" in Gmail, and "View message source" in Outlook.
        </span>
        <textarea
          id="text"
          name="text"
          spellcheck="false"
          autocomplete="off"
          aria-describedby="where kept"
        ></textarea>
      </p>
      <p>
        <label for="file">or drop the mail here as a file, or choose it</label
        ><input id="file" name="file" type="file" accept=".eml,.txt,.mbox,message/rfc822,text/plain" />
      </p>
      <p><button>Was it encrypted?</button></p>
      <p class="soft" id="kept">
        Nothing of it is kept, logged or passed on. Only the lines that begin with "Received" count; the text
        of the mail is not needed.
      </p>
    </form>`;
  return presentPage({ title: 'mailtls: was this mail encrypted on its way?', main });
}

function lock(shackle: string): Markup {
  return html`<svg class="lock" viewBox="0 0 16 16" aria-hidden="true">
    <path d="${shackle}" />
    <path class="body" d="M3 7h10v8H3z" />
  </svg>`;
}

function verdict({ icon, word, tone }: Look, sentence: string, more: string): Markup {
  return html`<div class="verdict ${tone}">
    <p class="word"><span aria-hidden="true">${icon}</span>${word}</p>
    <p class="sentence">${sentence}</p>
    ${more === '' ? '' : html`<p>${more}</p>`}
  </div> `;
}

function route({ verdict: judged, hops, notes }: HeadersReport): Markup {
  const firstTrusted = hops.findIndex(({ trusted }) => trusted);
  return html`${verdict(ROUTE_LOOKS[judged.answer], judged.sentence, judged.trustedSentence)}
  ${
    hops.length === 0
      ? ''
      : html`<h2>The way it took</h2>
          <ol class="hops">
            ${hops.map((hop, index) => hopItem(hop, index === firstTrusted && index > 0))}
          </ol>`
  }
  ${
    notes.length === 0
      ? ''
      : html`<ul>
          ${notes.map(({ text }) => html`<li>${text}</li>`)}
        </ul>`
  }`;
}

function hopItem(hop: HopReport, beginsTrust: boolean): Markup {
  const { icon, word, tone } = HOP_LOOKS[hop.encryption];
  const { from, by, tls } = hop;
  const cipher = tls === null ? '' : [tls.version, tls.cipher].filter((part) => part !== null).join(', ');
  // A delay below zero is a clock's fault, and is told as one.
  const delay =
    hop.delaySeconds === null || hop.delaySeconds < 0 ? '' : ` After ${wordDuration(hop.delaySeconds)}.`;
  const trust = html`<p class="trust">${TRUST_BEGINS}</p>`;
  return html`<li>
    ${beginsTrust ? trust : ''}
    <p>
      <strong class="${tone}">${LOCKS[hop.encryption] ?? icon} ${word}</strong
      >${cipher === '' ? '' : `: ${cipher}`}
    </p>
    <p>${from?.name ?? from?.ip ?? 'unknown'} → ${by ?? 'unknown'}</p>
    <p class="soft">${hop.reason.text}${delay}</p>
    ${hop.findings.map(({ text }) => html`<p>${text}</p>`)}
    ${hop.today === null ? '' : html`<p>${hop.today.text}</p>`}
  </li> `;
}

function sending({ rules, sentence }: SendingReport): Markup {
  return html`<p class="sentence">${sentence}</p>
    <dl class="pairs">
      ${rules.map(({ name, level, reason, decidingLine, disabled }) => {
        const { icon, word, tone } = LEVEL_LOOKS[level];
        return html`<dt>${name ?? 'All mail'}${disabled ? ' (off)' : ''}</dt>
          <dd>
            <span class="${tone}">${icon} ${word}.</span>
            ${reason.text}${decidingLine === null ? '' : html` <code>${decidingLine}</code>`}
          </dd>`;
      })}
    </dl>`;
}
