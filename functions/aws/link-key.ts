/**
 * The key that links to pages are sealed with. It is a secret of its own: the function that opens links is open to the
 * internet, and has no right to what Slack gave us.
 */
import type { Settings } from '../environment.ts';
import { isKeyOfLinks } from '../http/page-link.ts';
import { writeFailure } from './function-log.ts';
import { keepSecret } from './kept-secret.ts';

type LinkSettings = Pick<Settings, 'MAILTLS_PAGE_LINKS' | 'MAILTLS_LINK_SECRET' | 'MAILTLS_AWS_ENDPOINT'>;

/**
 * @param now milliseconds since 1970
 * @returns the key as it is by now; empty: there are no such links, or it cannot be had, which the log then says
 */
export function keepLinkKey(settings: LinkSettings, now: () => number): () => Promise<string> {
  if (!settings.MAILTLS_PAGE_LINKS) return () => Promise.resolve('');
  const key = keepSecret({
    secretId: settings.MAILTLS_LINK_SECRET,
    setting: 'MAILTLS_LINK_SECRET',
    endpoint: settings.MAILTLS_AWS_ENDPOINT,
    read: (text) =>
      isKeyOfLinks(text)
        ? { ok: true, secret: text }
        : { ok: false, sentence: 'The key of page links is shorter than 32 characters.' },
    now,
  });
  return async () => {
    const read = await key.current();
    if (!read.ok) writeFailure({ event: 'secret-failed', detail: read.sentence });
    return read.ok ? read.secret : '';
  };
}
