/** What the domain publishes, and what each kind of sender makes of it. */
import { html } from 'hono/html';
import { SENDER_LOOKS } from './answer-look.ts';
import type { Markup } from './page-layout.ts';
import { alike, policyStates, sendersOursFirst } from './policy-summary.ts';
import type { Report } from './report-schema.ts';

export function presentPolicies({ policy, verdict }: Report): Markup {
  if (verdict.answer === 'no-mail') return html``;
  const pairs = policyStates(policy).map(
    ({ name, state }) =>
      html`<dt>${name}</dt>
        <dd>${state}</dd> `,
  );
  return html`<section aria-labelledby="policies">
    <h2 id="policies">What the domain publishes</h2>
    <dl class="pairs">${pairs}</dl>
  </section>`;
}

export function presentSenders({ senders, ours }: Report): Markup {
  if (senders.length === 0) return html``;
  const rows = alike(sendersOursFirst(senders, ours), ours).map(({ names, outcome, because }) => {
    const { icon, tone, word } = SENDER_LOOKS[outcome];
    return html`<dt>${names.join('; ')}</dt>
      <dd><span class="${tone}">${icon} ${word}</span>, because ${because}</dd> `;
  });
  return html`<section aria-labelledby="senders">
    <h2 id="senders">What happens to mail from</h2>
    <dl class="pairs">${rows}</dl>
  </section>`;
}
