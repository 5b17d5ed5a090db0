/** What is not known, and why, on the page. */
import { html } from 'hono/html';
import type { Markup } from './page-layout.ts';
import type { Report } from './report-schema.ts';
import { wordExpected } from './untested-wording.ts';

const MOST_SHOWN = 12;

export function presentUntested({ expected }: Report, texts: readonly string[]): Markup {
  if (texts.length === 0) return html``;
  const more = texts.length - MOST_SHOWN;
  return html`<section aria-labelledby="untested">
    <h2 id="untested">Not tested, and why</h2>
    <ul>
      ${texts.slice(0, MOST_SHOWN).map((text) => html`<li>${text}</li>`)}${more > 0 ? html`<li>And ${more} more.</li>` : ''}
    </ul>
    ${expected === null ? '' : html`<p>${wordExpected(expected)}</p>`}
  </section>`;
}
