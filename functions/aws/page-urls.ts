/** Where people in Slack open the page of a domain: a service that lets them in, or one that a sealed link opens. */
import type { Settings } from '../environment.ts';
import { isKeyOfLinks, signPageLink } from '../http/page-link.ts';
import type { SlackDoor } from '../slack/door.ts';
import { pagesAt } from '../slack/pages.ts';

/**
 * @param linkKey what links are sealed with by now; one that is too short seals none, and then there are no pages
 * @param now milliseconds since 1970
 */
export function pageUrls(
  { MAILTLS_PAGE_URL, MAILTLS_PAGE_LINKS: sealed }: Pick<Settings, 'MAILTLS_PAGE_URL' | 'MAILTLS_PAGE_LINKS'>,
  linkKey: () => string,
  now: () => number,
): SlackDoor['pageUrl'] {
  const base = MAILTLS_PAGE_URL.replace(/\/+$/, '');
  if (base === '' || !sealed) return pagesAt(base);
  // A link opens the page of one domain, and where the pages begin there is none.
  return (domain) => {
    const key = linkKey();
    return domain !== null && isKeyOfLinks(key) ? base + signPageLink(key, domain, now()) : null;
  };
}
