/** The states a domain has been in, as a small timeline, the latest first. */
import { html } from 'hono/html';
import { wordInstant } from './age-wording.ts';
import { ANSWER_LOOKS } from './answer-look.ts';
import type { Look } from './answer-look.ts';
import type { History, HistoryState } from './history-schema.ts';
import type { Markup } from './page-layout.ts';

const MOST_STATES = 8;
const MOST_CHANGES = 4;
const NO_SUCH_DOMAIN: Look = { icon: '✘', word: 'did not exist', tone: 'bad' };

/** @param history null: it cannot be read now */
export function presentTimeline(history: History | null): Markup {
  if (history === null) return section(html`<p>What is kept of earlier states cannot be read just now.</p>`);
  const { entries, domain } = history;
  if (entries.length === 0) return html``;
  const more = entries.length - MOST_STATES;
  return section(
    html`<ol class="hops">
        ${entries.slice(0, MOST_STATES).map(state)}
      </ol>
      ${
        more > 0
          ? html`<p><a href="/v1/domains/${domain}/history">${more} earlier states, as JSON</a></p>`
          : ''
      }`,
  );
}

const section = (content: Markup): Markup =>
  html`<section aria-labelledby="history">
    <h2 id="history">History</h2>
    ${content}
  </section>`;

/** A state that was seen once, or for less than the minute that is shown, has no end. */
function seen(since: string, until: string): Markup {
  const first = html`<time datetime="${since}">${wordInstant(since)}</time>`;
  return wordInstant(since) === wordInstant(until)
    ? first
    : html`${first} to <time datetime="${until}">${wordInstant(until)}</time>`;
}

function state({ since, until, answer, changes }: HistoryState): Markup {
  const { icon, word, tone } = answer === 'no-such-domain' ? NO_SUCH_DOMAIN : ANSWER_LOOKS[answer];
  const more = changes.length - MOST_CHANGES;
  const shown = changes.slice(0, MOST_CHANGES).map(({ text }) => html`<p>${text}</p>`);
  return html`<li>
    <p><strong class="${tone}">${icon} ${word}</strong></p>
    <p class="soft">${seen(since, until)}</p>
    ${shown}${more > 0 ? html`<p>And ${more} more changes.</p>` : ''}
  </li> `;
}
