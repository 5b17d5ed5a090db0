/** Pages without an answer: the first one, a domain nobody asked about yet, and a check under way. */
import { html } from 'hono/html';
import type { CheckProgress } from '../answers/domain-answers.ts';
import type { Question } from '../question/domain.ts';
import { checkButton } from './page-domain.ts';
import { askForm, domainHeading, presentPage } from './page-layout.ts';

export function presentStartPage(): string {
  const main = html`<h1>Is mail to them encrypted?</h1>
    <p class="sentence">Give a domain, and its mail servers are asked.</p>
    ${askForm('')}
    <p class="soft">
      Nothing is mailed to anybody: each server is greeted, asked for encryption, and left. You see what it
      answered, and what that is worth.
    </p>`;
  return presentPage({ title: 'mailtls: is mail to them encrypted?', main });
}

type Asks = Pick<Question, 'domain' | 'displayDomain'>;

export function presentUncheckedPage(asked: Asks): string {
  const { domain, displayDomain } = asked;
  const main = html`${domainHeading(asked)}
    <p class="sentence">Nobody has asked about ${displayDomain} lately.</p>
    ${checkButton(domain, 'Is mail to it encrypted?', 'first')}`;
  return presentPage({ title: `${displayDomain} – mailtls`, main });
}

export function presentCheckingPage(asked: Asks, progress: CheckProgress): string {
  const main = html`${domainHeading(asked)}
    <div class="verdict unknown">
      <p class="word"><span aria-hidden="true">…</span>checking</p>
      <p class="sentence" id="progress" role="status">${wordProgress(progress)}</p>
    </div>
    <p class="soft">
      This page shows the answer by itself. Some mail servers take half a minute before they say a word.
    </p>`;
  return presentPage({ title: `${asked.displayDomain}: checking – mailtls`, main, underWay: true });
}

/** What the check is doing, in a sentence. */
export function wordProgress({ state, hosts, addresses, probed, lastStep }: CheckProgress): string {
  if (state === 'waiting') return 'Waiting for other checks to end.';
  if (state === 'elsewhere') return 'The mail servers are being asked.';
  if (hosts === null) return 'Looking up the mail servers.';
  if (addresses === null) return `Looking up the addresses of ${counted(hosts, 'mail server')}.`;
  const last = lastStep?.step === 'probe' ? ` The last was ${lastStep.host}.` : '';
  return `${probed} of ${counted(addresses, 'address', 'addresses')} asked.${last}`;
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
