/** A process that visits servers, each visit when its turn has come, for tests of several such processes. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { createCommonManners } from '../../functions/store/common-manners.ts';
import { createTable } from '../../functions/store/dynamodb-table.ts';
import type { TableOptions } from '../../functions/store/table.ts';

interface Visit {
  readonly port: number;
  readonly table: TableOptions;
  readonly host: string;
  readonly ips: readonly string[];
  readonly visits: number;
}

const { port, table: options, host, ips, visits }: Visit = JSON.parse(process.env['VISIT'] ?? '');
const table = createTable(options);
const manners = createCommonManners({
  table,
  rules: { connectionsPerOperator: 2, operatorIntervalMs: 0, backOffMs: 1_000, isExempt: () => false },
  leaseMs: 30_000,
  now: Date.now,
  failed: (operation, { detail }) => {
    throw new Error(`${operation}: ${detail}`);
  },
});

async function visit(ip: string): Promise<void> {
  const turn = await manners.turn({ host, ip, look: 'first' }, AbortSignal.timeout(60_000));
  if (!turn.granted) throw new Error(turn.because);
  const socket = connect(port, '127.0.0.1');
  socket.write(ip);
  await once(socket, 'data');
  socket.write('done');
  await once(socket, 'data');
  socket.destroy();
  await turn.done();
}

await Promise.all(Array.from({ length: visits }, (_, index) => visit(ips[index % ips.length] ?? '')));
table.close();
