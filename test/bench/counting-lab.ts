/** The lab in a process of its own, as `lab-process.ts` has it, that also tells what connections its servers had. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startLab } from '../lab/start-lab.ts';
import type { LabProcess } from './lab-process.ts';

/** The connections of some hosts since they were last asked about. */
export interface Connections {
  /** One number an address. */
  readonly had: readonly number[];
  /** Of all these addresses together. */
  readonly mostOpen: number;
}

export interface CountingLab extends LabProcess {
  readonly connections: (hosts: readonly string[]) => Promise<Connections>;
}

const THIS = fileURLToPath(import.meta.url);

/** @param servers how many there are beside the usual ones, each with one domain, `d0000.bulk.example` and on */
export async function startCountingLab(servers: number): Promise<CountingLab> {
  const child = fork(THIS, [String(servers)]);
  const told = async <T>(): Promise<T> => {
    const [message]: unknown[] = await once(child, 'message');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said below, in this file
    return message as T;
  };
  const environment = await told<LabProcess['environment']>();
  return {
    environment,
    async connections(hosts) {
      child.send(hosts);
      return told<Connections>();
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function serve(servers: number): Promise<void> {
  const lab = await startLab({ bulk: { domains: servers, servers } });
  const told = new Map<string, number>();
  process.on('message', (hosts: readonly string[]) => {
    const addresses = hosts.flatMap(lab.addresses);
    const visits = addresses.map((ip) => lab.connections(ip).slice(told.get(ip) ?? 0));
    for (const ip of addresses) told.set(ip, lab.connections(ip).length);
    const moments = visits
      .flat()
      .flatMap(({ openedAtMs, closedAtMs }) => [
        [openedAtMs, 1] as const,
        [closedAtMs ?? performance.now(), -1] as const,
      ])
      .toSorted(([one, by], [other, otherBy]) => one - other || by - otherBy);
    let open = 0;
    const mostOpen = Math.max(0, ...moments.map(([, by]) => (open += by)));
    process.send?.({ had: visits.map(({ length }) => length), mostOpen });
  });
  process.once('disconnect', () => void lab.close().then(() => process.exit(0)));
  process.send?.(lab.environment);
}

if (import.meta.main) await serve(Number(process.argv[2]));
