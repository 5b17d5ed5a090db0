/** All mail servers of the lab: each on its own address, all on one port, as `MAILTLS_SMTP_PORT` is one setting. */
import type { Socket } from 'node:net';
import type { Authority } from './authority.ts';
import { dropConnectionAttempts } from './dropping.ts';
import { listen } from './listener.ts';
import type { Listener } from './listener.ts';
import { acceptMail } from './smtp-server.ts';
import type { Visit } from './smtp-server.ts';
import type { PlacedAddress } from './zone.ts';

export interface MailServers {
  readonly port: number;
  readonly ipv6: boolean;
  readonly visits: ReadonlyMap<string, readonly Visit[]>;
  readonly close: () => Promise<void>;
}

export interface Pace {
  /** One-way delay of every byte. */
  readonly delayMs: number;
  /** How long a second of the lab lasts. */
  readonly secondMs: number;
}

const ATTEMPTS = 10;

/**
 * Takes a port that is free on every address; another lab beside this one, or anything else, may hold some.
 * @param wanted the port it has to be; any where left out
 */
export async function startMailServers(
  addresses: readonly PlacedAddress[],
  authority: Authority,
  pace: Pace,
  wanted?: number,
): Promise<MailServers> {
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryToStart(addresses, authority, pace, wanted ?? 0);
    if (!(started instanceof Error)) return started;
    if (attempt === ATTEMPTS || wanted !== undefined) throw started;
  }
}

async function tryToStart(
  addresses: readonly PlacedAddress[],
  authority: Authority,
  { delayMs, secondMs }: Pace,
  wanted: number,
): Promise<MailServers | Error> {
  const visits = new Map<string, readonly Visit[]>();
  const dropped = addresses.filter(({ answering }) => answering === 'dropped').map(({ ip }) => ip);
  const closing: (() => Promise<void>)[] = [];
  let ipv6 = false;

  async function start(
    ip: string,
    port: number,
    onConnection: (socket: Socket) => void,
  ): Promise<Listener | null> {
    try {
      const listener = await listen(ip, port, onConnection, delayMs);
      closing.push(listener.close);
      if (ip === '::1') ipv6 = true;
      return listener;
    } catch (error) {
      // A machine without IPv6 lacks ::1; its names are then without a server, and `ipv6` says so.
      if (ip === '::1' && error instanceof Error && error.message.includes('EADDRNOTAVAIL')) return null;
      throw error;
    }
  }

  const close = async (): Promise<void> => {
    await Promise.all(closing.map((end) => end()));
  };
  // Holding this address for as long as the lab runs keeps two labs from taking the same port.
  const first = await listen('127.25.255.254', wanted, (socket) => socket.destroy(), 0);
  closing.push(first.close);
  const { port } = first;
  const servers = addresses.flatMap(({ ip, hosts, answering }) => {
    if (typeof answering === 'string') return [];
    const record: Visit[] = [];
    visits.set(ip, record);
    return [start(ip, port, acceptMail({ hosts, postures: answering, visits: record }, authority, secondMs))];
  });
  const dropping =
    dropped.length === 0 ? [] : [dropConnectionAttempts(dropped, port).then((end) => void closing.push(end))];
  const outcomes = await Promise.allSettled([...servers, ...dropping]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { port, ipv6, visits, close };
  await close();
  return failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason));
}
