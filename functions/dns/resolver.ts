/**
 * The resolver a check asks, put together from the settings: HTTPS or UDP to each server, CD to tell forged from
 * failed, two servers compared, answers kept for their time.
 */
import type { ResolverAddress, Settings } from '../environment.ts';
import { cached } from './answer-cache.ts';
import type { Resolver } from './answer.ts';
import { compared } from './comparison.ts';
import { lateTransport } from './late-transport.ts';
import { lookUpThrough } from './single-resolver.ts';
import type { Transport } from './transport.ts';
import { udpTransport } from './udp.ts';

export type ResolverSettings = Pick<
  Settings,
  'MAILTLS_RESOLVERS' | 'MAILTLS_TRUST_AD' | 'MAILTLS_DNS_TIMEOUT_MS'
>;

export interface OpenResolver extends Resolver {
  /** The servers asked, as the settings write them. */
  readonly names: readonly string[];
  /** Ends connections; lookups under way end as `refused`. */
  readonly close: () => void;
}

/** @param clock milliseconds, of any origin, never going back */
export function createResolver(settings: ResolverSettings, clock: () => number): OpenResolver {
  const timeoutMs = settings.MAILTLS_DNS_TIMEOUT_MS;
  const servers = settings.MAILTLS_RESOLVERS.map((address) => ({
    transport: transportTo(address, timeoutMs),
    believed: isBelieved(address, settings.MAILTLS_TRUST_AD),
  }));
  const lookUps = servers.map(({ transport, believed }) => lookUpThrough(transport, believed));
  const names = servers.map(({ transport }) => transport.name);
  const { lookUp } = cached(compared(lookUps, { patienceMs: timeoutMs / 4, clock }), names.join(','), clock);
  return {
    names,
    lookUp,
    close: () => {
      for (const { transport } of servers) transport.close();
    },
  };
}

function transportTo(address: ResolverAddress, timeoutMs: number): Transport {
  return address.transport === 'https'
    ? // HTTP/2 takes longer to load than a query over UDP takes to answer.
      lateTransport(address.url, async () => (await import('./doh.ts')).dohTransport(address.url, timeoutMs))
    : udpTransport(address.ip, address.port, timeoutMs);
}

/** RFC 4035 section 4.9.3: AD counts only over a secure channel; elsewhere anyone on the path could have set it. */
function isBelieved(address: ResolverAddress, trustAd: boolean): boolean {
  return address.transport === 'https' || trustAd || address.ip === '::1' || address.ip.startsWith('127.');
}
