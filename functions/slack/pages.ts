/** Where people in Slack open the pages of a service that lets them in. */
import type { SlackDoor } from './door.ts';

/** @param pageUrl where the pages begin; empty: people in Slack can open none */
export function pagesAt(pageUrl: string): SlackDoor['pageUrl'] {
  const start = pageUrl.replace(/\/+$/, '');
  if (start === '') return () => null;
  return (domain) => (domain === null ? `${start}/` : `${start}/d/${domain}`);
}
