/**
 * The frame of every page. Pages work without scripts; the one there is only spares a reader whole reloads
 * while a check runs. What is put into a template is escaped there, except other templates.
 */
import { html, raw } from 'hono/html';
import { SCRIPT_PATH } from './page-script.ts';
import { STYLE, STYLE_PATH } from './page-style.ts';

export type Markup = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly main: Markup;
  /** A check is under way: the page asks again by itself. */
  readonly underWay?: boolean;
  /** Whoever reads it can reach nothing else of the service, so its style comes with it. */
  readonly alone?: boolean;
}

/** Seconds between two looks at a check that is under way. */
const LOOK_AGAIN_SECONDS = 2;

export function presentPage({ title, main, underWay = false, alone = false }: Page): string {
  return render(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          ${alone ? STYLE_WITHIN : LINKS} ${underWay ? REFRESH : ''}
        </head>
        <body>
          ${alone ? '' : HEADER}
          <main>${main}</main>
          <footer>
            <p>
              This is about the way between mail servers. It does not cover the way from your computer to your
              own mail server, nor the mailbox where the mail is kept.
            </p>
          </footer>
        </body>
      </html> `,
  );
}

/** A domain as people write it, and where that is another script, as the DNS has it: either may be posing. */
export function domainHeading({
  domain,
  displayDomain,
}: {
  readonly domain: string;
  readonly displayDomain: string;
}): Markup {
  const technical = displayDomain === domain ? '' : html` <small class="soft">${domain}</small>`;
  return html`<h1>${displayDomain}${technical}</h1>`;
}

/** Byte for byte what a policy names by its digest: a template would be laid out anew by whoever formats it. */
const STYLE_WITHIN = raw(`<style>${STYLE}</style>`);

const LINKS = html`<link rel="icon" href="/icon.svg" type="image/svg+xml" />
  <link rel="stylesheet" href="${STYLE_PATH}" />`;

const HEADER = html`<header>
  <a class="home" href="/"><span aria-hidden="true">✉</span> mailtls</a>
  <nav aria-label="Questions"><a href="/">Ask about a domain</a> <a href="/headers">Ask about a mail</a></nav>
</header>`;

const REFRESH = html`<script src="${SCRIPT_PATH}" defer></script>
  <noscript><meta http-equiv="refresh" content="${LOOK_AGAIN_SECONDS}" /></noscript> `;

/** @returns the text of a template; all templates of pages are of values that are there already */
export function render(markup: Markup): string {
  if (markup instanceof Promise) throw new TypeError('a page waits for nothing');
  return markup.toString();
}

/** A field to ask about a domain. @param asked what stands in it at first */
export function askForm(asked: string): Markup {
  return html`<form class="ask" method="post" action="/">
    <label for="domain">Domain, mail address or link</label>
    <div>
      <input
        id="domain"
        name="domain"
        value="${asked}"
        placeholder="vendor.com"
        required
        maxlength="2048"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
      /><button>Is mail to it encrypted?</button>
    </div>
  </form>`;
}
