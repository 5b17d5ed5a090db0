/** Who could read the mail on its way: the question behind the question. */
import { html } from 'hono/html';
import type { Markup } from './page-layout.ts';
import type { Report } from './report-schema.ts';
import type { Tone } from './answer-look.ts';

interface Reading {
  readonly icon: string;
  readonly tone: Tone;
  readonly text: string;
}

const LISTENER: Readonly<Record<Report['verdict']['encryptedNow'], Reading | null>> = {
  always: { icon: '✔', tone: 'good', text: 'No: every mail server encrypts.' },
  'always-where-tested': {
    icon: '✔',
    tone: 'good',
    text: 'No, at the servers we could test. About the others we cannot say.',
  },
  sometimes: {
    icon: '✘',
    tone: 'bad',
    text: 'Sometimes: it depends on the server that takes the mail, and on the one that sends it.',
  },
  never: { icon: '✘', tone: 'bad', text: 'Yes, all that is sent.' },
  unknown: { icon: '?', tone: 'unknown', text: 'We cannot say: no server could be tested.' },
  'not-applicable': null,
};

/** Nothing was seen to encrypt, and not everything was seen. */
const SEEN_IN_CLEAR: Reading = {
  icon: '✘',
  tone: 'bad',
  text: 'Yes, at the servers we could test. About the others we cannot say.',
};

const ATTACKER: Readonly<Record<Report['verdict']['strippable'], Reading | null>> = {
  yes: {
    icon: '✘',
    tone: 'bad',
    text: 'Yes: they could switch the encryption off, or pose as the mail server, and most senders would not notice.',
  },
  'unless-sender-checks': {
    icon: '!',
    tone: 'fair',
    text: 'Not if your own mail server checks what this domain publishes. If it does not, they could.',
  },
  unknown: { icon: '?', tone: 'unknown', text: 'We cannot say: not everything could be looked up.' },
  'not-applicable': null,
};

/** TLSA records that cannot be used: senders that check DANE encrypt, to whoever is there. */
const IMPOSTOR: Reading = {
  icon: '✘',
  tone: 'bad',
  text: 'Yes: they could pose as the mail server. Senders that check DANE would encrypt to them, others need not even do that.',
};

/** Where nothing encrypts there is nothing to switch off. */
const UNHINDERED: Reading = { icon: '✘', tone: 'bad', text: 'Yes, and they could change it as well.' };

/** Where nothing could be tested, that nothing is published is known all the same. */
const WHATEVER_THERE_IS: Reading = {
  icon: '✘',
  tone: 'bad',
  text: 'Yes: whatever encryption there is, they could switch it off or pose as the mail server.',
};

export function presentReaders({ verdict, mailServers, displayDomain }: Report): Markup {
  const inClear = verdict.answer === 'plaintext' && verdict.encryptedNow === 'unknown';
  const listener = inClear ? SEEN_IN_CLEAR : LISTENER[verdict.encryptedNow];
  if (listener === null) return html``;
  const attacker = attackerReading(verdict);
  const providers = [...new Set(mailServers.flatMap(({ provider }) => provider ?? []))];
  const who = providers.length === 0 ? displayDomain : `${displayDomain} (${providers.join(', ')})`;
  return html`<section aria-labelledby="readers">
    <h2 id="readers">Who could read mail to ${displayDomain} on its way?</h2>
    <dl class="pairs">
      <dt>Someone listening on the network</dt>
      <dd>${reading(listener)}</dd>
      ${
        attacker === null
          ? ''
          : html`<dt>Someone who controls the network</dt>
              <dd>${reading(attacker)}</dd>`
      }
      <dt>The mail services at both ends</dt>
      <dd>Yes, always: yours, and that of ${who}. This encryption ends at each mail server.</dd>
    </dl>
  </section>`;
}

function attackerReading({ encryptedNow, strippable, reasons }: Report['verdict']): Reading | null {
  if (encryptedNow === 'never') return UNHINDERED;
  if (reasons.some(({ code }) => code === 'dane-encryption-only')) return IMPOSTOR;
  return encryptedNow === 'unknown' && strippable === 'yes' ? WHATEVER_THERE_IS : ATTACKER[strippable];
}

const reading = ({ icon, tone, text }: Reading): Markup =>
  html`<span class="${tone}" aria-hidden="true">${icon}</span> ${text}`;
