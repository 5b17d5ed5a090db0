/** What the domain publishes, and what each kind of sender makes of it. */
import { html } from 'hono/html';
import type { Markup } from './page-layout.ts';
import type { Report } from './report-schema.ts';

const POLICY_WORDS: Readonly<Record<Report['policy']['dane']['status'], string>> = {
  none: 'none',
  valid: 'valid',
  partial: 'on some servers only',
  invalid: 'wrong',
  unusable: 'published, and of no use to any sender',
  bogus: 'broken or forged (DNSSEC)',
  unavailable: 'could not be looked up',
  'not-tested': 'not tested',
};

export function presentPolicies({ policy, verdict }: Report): Markup {
  if (verdict.answer === 'no-mail') return html``;
  const { mtaSts, dane, tlsReporting } = policy;
  const mode = mtaSts.mode === null ? '' : `, mode ${mtaSts.mode}`;
  const failure = mtaSts.failure === null ? '' : ` (${mtaSts.failure})`;
  const rua = tlsReporting.rua.length === 0 ? '' : `, to ${tlsReporting.rua.slice(0, 4).join(', ')}`;
  return html`<section aria-labelledby="policies">
    <h2 id="policies">What the domain publishes</h2>
    <dl class="pairs">
      <dt>MTA-STS</dt>
      <dd>${POLICY_WORDS[mtaSts.status]}${mode}${failure}</dd>
      <dt>DANE (TLSA)</dt>
      <dd>${POLICY_WORDS[dane.status]}</dd>
      <dt>TLS reporting</dt>
      <dd>${POLICY_WORDS[tlsReporting.status]}${rua}</dd>
    </dl>
  </section>`;
}

const SENDERS: Readonly<Record<Report['senders'][number]['sender'], string>> = {
  gmail: 'Gmail',
  'exchange-online': 'Microsoft 365',
  'exchange-server': 'Exchange Server',
  yahoo: 'Yahoo',
  'amazon-ses': 'Amazon SES',
  'postfix-may': 'Postfix, as it comes',
  'postfix-dane': 'Postfix with DANE',
  'must-encrypt': 'A sender told to encrypt',
  'must-verify': 'A sender told to check certificates',
  'workspace-require-tls': 'Google Workspace, told to require TLS',
};
const SENDER_LOOKS = {
  authenticated: { icon: '✔', tone: 'good', word: 'encrypted, to the right server' },
  encrypted: { icon: '✔', tone: 'fair', word: 'encrypted' },
  'plaintext-possible': { icon: '✘', tone: 'bad', word: 'may go readable' },
  refused: { icon: '✘', tone: 'bad', word: 'is not delivered' },
  unknown: { icon: '?', tone: 'unknown', word: 'not known' },
} as const satisfies Readonly<Record<Report['senders'][number]['outcome'], object>>;

export function presentSenders({ senders, ours }: Report): Markup {
  if (senders.length === 0) return html``;
  const rows = senders.map(({ sender, outcome, because }) => {
    const { icon, tone, word } = SENDER_LOOKS[outcome];
    const own = ours?.sender === sender ? ' (ours)' : '';
    return html`<dt>${SENDERS[sender]}${own}</dt>
      <dd><span class="${tone}">${icon} ${word}.</span> ${because}</dd> `;
  });
  return html`<section aria-labelledby="senders">
    <h2 id="senders">What happens to mail from</h2>
    <dl class="pairs">${rows}</dl>
  </section>`;
}
