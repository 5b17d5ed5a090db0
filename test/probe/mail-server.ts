/** One mail server of the lab's kind for one test, on a port of its own. */
import { makeAuthority } from '../lab/authority.ts';
import { listen } from '../lab/listener.ts';
import type { Posture } from '../lab/posture.ts';
import { acceptMail } from '../lab/smtp-server.ts';
import type { Visit } from '../lab/smtp-server.ts';

export const HOST = 'mx.vendor.example';
export const authority = makeAuthority();

export interface RunningServer {
  readonly port: number;
  readonly visits: readonly Visit[];
  readonly close: () => Promise<void>;
}

/** @param secondMs how long a second of the posture lasts */
export async function startServer(
  postures: Posture | readonly [Posture, ...Posture[]],
  secondMs = 10,
): Promise<RunningServer> {
  const visits: Visit[] = [];
  const turns: readonly [Posture, ...Posture[]] = 'shows' in postures ? [postures] : postures;
  const server = { hosts: [HOST], postures: turns, visits };
  const { port, close } = await listen('127.0.0.1', 0, acceptMail(server, authority, secondMs), 0);
  return { port, visits, close };
}
