/** Results on their way from an agent to the check that waits for them: a row each, under an id that only both know. */
import type { ProbeResult } from '../probe/prober.ts';
import { ITEM_VERSION, packBody, unpackBody } from './item-body.ts';
import { agentResultKey } from './keys.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface AgentResults {
  readonly put: (id: string, result: ProbeResult) => Promise<Stored<null>>;
  /** As it was written, unread; null: nothing yet, or it cannot be read now. */
  readonly find: (id: string) => Promise<unknown>;
}

const KEEP_SECONDS = 600;

/** @param now milliseconds since 1970 */
export function createAgentResults(table: Pick<Table, 'get' | 'put'>, now: () => number): AgentResults {
  return {
    async put(id, result) {
      const body = await packBody(JSON.stringify(result));
      if (!body.ok) return body;
      const put = await table.put({
        ...agentResultKey(id),
        version: ITEM_VERSION,
        body: body.value,
        expiresAt: Math.ceil(now() / 1000) + KEEP_SECONDS,
      });
      return put.ok ? { ok: true, value: null } : put;
    },

    async find(id) {
      const found = await table.get(agentResultKey(id));
      if (!found.ok || found.value === null) return null;
      const json = await unpackBody(found.value['body']);
      try {
        return json === null ? null : JSON.parse(json);
      } catch {
        return null;
      }
    },
  };
}
