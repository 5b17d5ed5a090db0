/**
 * Which addresses of a domain are probed when it has more than one check may ask: one of every host first,
 * in preference order, then the second of every host, and so on, so that no host goes untested while another
 * is tested twice.
 */
import type { HostAddress } from '../dns/host-addresses.ts';

/**
 * @param hosts the addresses of each host, hosts in preference order
 * @param limit how many addresses may be probed in one check
 * @returns the addresses to probe, by identity
 */
export function probeChoice(
  hosts: readonly (readonly HostAddress[])[],
  limit: number,
): ReadonlySet<HostAddress> {
  const longest = Math.max(0, ...hosts.map((addresses) => addresses.length));
  const chosen = new Set<HostAddress>();
  for (let round = 0; round < longest; round += 1) {
    for (const addresses of hosts) {
      const address = addresses[round];
      if (address !== undefined && chosen.size < limit) chosen.add(address);
    }
  }
  return chosen;
}
