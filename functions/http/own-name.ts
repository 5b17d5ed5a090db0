/**
 * Is a request meant for this service, and by whom? A page of another site can make a browser ask us: through a
 * form, an image, or by letting its own name point at 127.0.0.1 (DNS rebinding). So the host must be ours, and
 * an Origin (RFC 6454 section 7), where there is one, must be the host that was asked.
 */

import { isApi } from './http-context.ts';

const OWN_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export type Sender = 'own' | 'foreign-host' | 'foreign-origin';

/** @param hosts names of this service besides those of the machine itself, lower case */
export function recognise(request: Request, hosts: readonly string[]): Sender {
  const url = new URL(request.url);
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const loopback = OWN_HOSTS.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
  if (!loopback && !hosts.includes(host)) return 'foreign-host';
  const origin = request.headers.get('origin');
  // The scheme is left aside: behind a proxy that ends TLS we are asked in clear.
  if (origin !== null && (!URL.canParse(origin) || new URL(origin).host !== url.host))
    return 'foreign-origin';
  return isApi(url.pathname) && isForeignFetch(request) ? 'foreign-origin' : 'own';
}

/**
 * A link on another site that a person follows is welcome; what that site's page fetches by itself is not.
 * Pages need no such guard: reading one starts nothing.
 */
function isForeignFetch({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return false;
  return headers.get('sec-fetch-mode') !== 'navigate' || headers.get('sec-fetch-user') !== '?1';
}
