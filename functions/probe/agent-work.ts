/**
 * What goes through the queue between the check and an agent: one probe, where its result is waited for, and until
 * when. An agent that takes it up later than that leaves it: nobody waits any more.
 */
import { readProbeRequest } from './probe-request.ts';
import type { AskedProbe } from './probe-request.ts';

export interface AgentWork {
  /** Chosen at random by the check; the agent writes the result under it, and nobody else can know it. */
  readonly id: string;
  readonly request: AskedProbe;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
}

const ID = /^[0-9a-f-]{36}$/;

/** @returns null when the body of a message is no work */
export function readAgentWork(body: string): AgentWork | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return null;
    const { id, request: asked, untilMs }: Record<string, unknown> = { ...value };
    const request = readProbeRequest(asked);
    if (typeof id !== 'string' || !ID.test(id) || typeof untilMs !== 'number' || request === null)
      return null;
    return { id, request, untilMs };
  } catch {
    return null;
  }
}
