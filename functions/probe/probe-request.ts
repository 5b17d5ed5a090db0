/**
 * A probe request as it comes over a wire, where the contract of `prober.ts` is only a promise. Who asks decides
 * the address and the names; port, EHLO name and manners are those of the prober that is asked.
 */
import { isIP } from 'node:net';
import type { ProbeRequest } from './prober.ts';

export type AskedProbe = Omit<ProbeRequest, 'port'>;

/** RFC 1035 section 2.3.4: 255 octets with length octets and root, so 253 characters of text. */
const LONGEST_NAME = 253;
/** What stands in MX records of the wild: underscores, and hyphens anywhere. Nothing that could end a line. */
const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;

/**
 * Reads what is asked; whatever else the value carries, a port included, is left out.
 * @returns null when it is no request
 */
export function readProbeRequest(value: unknown): AskedProbe | null {
  if (typeof value !== 'object' || value === null) return null;
  const { ip, serverName, host, look }: Record<string, unknown> = { ...value };
  if (typeof ip !== 'string' || isIP(ip) === 0 || !isName(serverName) || !isName(host)) return null;
  return look === 'first' || look === 'second' || look === 'host-name'
    ? { ip, serverName, host, look }
    : null;
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_NAME && NAME.test(value);
