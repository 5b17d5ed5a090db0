/** What is not known, and why: never to be taken for "not encrypted". */
import { html } from 'hono/html';
import { ADDRESS_LACKS } from './address-lack.ts';
import { ANSWER_LOOKS, OUTCOME_LOOKS } from './answer-look.ts';
import type { Markup } from './page-layout.ts';
import type { Report } from './report-schema.ts';

const MOST_SHOWN = 12;

/** @returns a sentence for each address and policy that could not be looked at */
export function untestedTexts({ mailServers, policy }: Report): readonly string[] {
  const servers = mailServers.flatMap((server) => {
    if (server.addresses.length === 0) return [`${server.host}: ${ADDRESS_LACKS[server.dns.status]}.`];
    return server.addresses
      .filter(({ outcome }) => ['unknown', 'quiet'].includes(OUTCOME_LOOKS[outcome].tone))
      .map(({ ip, detail }) => (detail.includes(server.host) ? detail : `${server.host} [${ip}]: ${detail}`));
  });
  const policies = [
    ['MTA-STS', policy.mtaSts.status],
    ['DANE', policy.dane.status],
    ['TLS reporting', policy.tlsReporting.status],
  ].flatMap(([name, status]) => (status === 'unavailable' ? [`${name} could not be looked up.`] : []));
  return [...new Set([...servers, ...policies])];
}

export function presentUntested({ expected }: Report, texts: readonly string[]): Markup {
  if (texts.length === 0) return html``;
  const more = texts.length - MOST_SHOWN;
  return html`<section aria-labelledby="untested">
    <h2 id="untested">Not tested, and why</h2>
    <ul>
      ${texts.slice(0, MOST_SHOWN).map((text) => html`<li>${text}</li>`)}${more > 0 ? html`<li>And ${more} more.</li>` : ''}
    </ul>
    ${expected === null ? '' : hope(expected)}
  </section>`;
}

const BASES = {
  provider: 'What the mail service documents lets one expect',
  policy: 'What the domain publishes lets one expect',
} as const;

const hope = ({ answer, basis }: NonNullable<Report['expected']>): Markup =>
  html`<p>${BASES[basis]}: ${ANSWER_LOOKS[answer].word}. Nobody has seen it from here.</p>`;
