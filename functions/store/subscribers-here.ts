/** Who waits for a domain's answer, where the process that checks is the one that was asked: in memory. */
import type { Subscribers, Waiting } from './subscribers.ts';

/** More than anybody asks for in half an hour; the ones before are forgotten. */
const MOST_DOMAINS = 10_000;

/** @param now milliseconds since 1970 */
export function createSubscribersHere(now: () => number): Subscribers {
  const waiting = new Map<string, Map<string, Waiting>>();
  const isCurrent = ({ untilMs }: Waiting): boolean => untilMs > now();

  return {
    async add(domain, row) {
      const rows = waiting.get(domain) ?? new Map<string, Waiting>();
      waiting.set(domain, rows.set(row.id, row));
      for (const oldest of waiting.keys()) {
        if (waiting.size <= MOST_DOMAINS) break;
        waiting.delete(oldest);
      }
      return { ok: true, value: null };
    },

    async take(domain) {
      const rows = [...(waiting.get(domain)?.values() ?? [])];
      waiting.delete(domain);
      return { waiting: rows.filter(isCurrent), left: null };
    },

    async withdraw(domain, id) {
      const rows = waiting.get(domain);
      const wasThere = rows?.delete(id) === true;
      if (rows?.size === 0) waiting.delete(domain);
      return { ok: true, value: wasThere };
    },

    async waitsFor(domains, id) {
      const waits = (domain: string): boolean => {
        const row = waiting.get(domain)?.get(id);
        return row !== undefined && isCurrent(row);
      };
      return { ok: true, value: domains.filter(waits) };
    },
  };
}
