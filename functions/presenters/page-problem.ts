/** A failed request as a page, and the page that explains each kind of failure. */
import { html } from 'hono/html';
import { askForm, presentPage } from './page-layout.ts';
import { presentProblem } from './problem.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-types.ts';

/**
 * @param asked what stands in the field to ask again; null: whoever reads it cannot ask
 * @param kept an A-label: the domain that has an answer all the same
 */
export function presentProblemPage(
  problem: Problem,
  asked: string | null = '',
  kept: string | null = null,
): string {
  const { title, detail, retryAfterSeconds } = problem;
  const later =
    retryAfterSeconds === undefined ? '' : html`<p>Ask again in ${retryAfterSeconds} seconds.</p>`;
  const main = html`<h1>${title}</h1>
    <p class="sentence">${detail}</p>
    ${kept === null ? '' : html`<p><a href="/d/${kept}">See the answer</a></p>`} ${later}
    ${asked === null ? '' : askForm(asked)}`;
  return presentPage({ title: `${title} – mailtls`, main, alone: asked === null });
}

/** The page at the address that a problem's `type` is. */
export function presentProblemType(code: ProblemCode): string {
  const { type, title, status, detail } = presentProblem(code);
  const main = html`<h1>${title}</h1>
    <p>${detail}</p>
    <dl class="pairs">
      <dt>Type</dt>
      <dd><code>${type}</code></dd>
      <dt>Status</dt>
      <dd>${status}</dd>
    </dl>`;
  return presentPage({ title: `${title} – mailtls`, main });
}
