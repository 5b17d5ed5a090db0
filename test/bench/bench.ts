/**
 * `npm run bench`: the figures, each beside what it is compared with in the same run. Without arguments all of
 * them, else those named: `npm run bench -- probe list`. Nothing is asserted: a machine has its moods, and the
 * table shows them. Loopback only; everything that is started is stopped.
 */
import { cpus } from 'node:os';
import { aws } from './aws.ts';
import { presentFigure } from './figure.ts';
import type { Bench } from './figure.ts';
import { http } from './http.ts';
import { list } from './list.ts';
import { policy } from './policy.ts';
import { probe } from './probe.ts';
import { processes } from './processes.ts';
import { received } from './received.ts';
import { roundTrips } from './round-trips.ts';
import { slack } from './slack.ts';
import { store } from './store.ts';

/** In the order they run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  'round-trips': roundTrips,
  probe,
  policy,
  processes,
  list,
  store,
  http,
  received,
  slack,
  aws,
};

/** The whole run; what is under way then is given up. */
const MOST_MS = 6 * 60_000;

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such bench: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.\n`,
  );
  process.exit(64);
}

const stop = new AbortController();
const overdue = setTimeout(() => stop.abort(new Error('six minutes are over')), MOST_MS);
process.once('SIGINT', () => stop.abort(new Error('interrupted')));

const [processor] = cpus();
process.stdout.write(
  `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${cpus().length} x ${processor?.model ?? ''}\n` +
    'Median of the runs (smallest-largest); "x" is ours over the other.\n\n',
);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  if (stop.signal.aborted) break;
  const lack = bench.lack?.() ?? null;
  process.stdout.write(`== ${name}: ${bench.title}\n${lack === null ? '' : `left out: ${lack}\n`}\n`);
  if (lack !== null) continue;
  try {
    await bench.run((figure) => process.stdout.write(`${presentFigure(figure)}\n`), stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stdout.write(`given up: ${String(stop.signal.reason)}\n`);
  }
}
clearTimeout(overdue);
