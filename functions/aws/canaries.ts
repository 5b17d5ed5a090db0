/** The canaries asked by a schedule: what they say goes on record, and into the log by which the alarm counts. */
import type { OwnedCheckTools } from '../check-tools.ts';
import type { Settings } from '../environment.ts';
import { checkEgress } from '../probe/egress.ts';
import { createEgressRecord } from '../store/egress-record.ts';
import type { Table } from '../store/table.ts';
import { writeFailure, writeLog } from './function-log.ts';
import { egressLine } from './measured-lines.ts';

export interface CanaryTools {
  readonly table: Table;
  readonly tools: OwnedCheckTools;
  readonly settings: Settings;
}

/** @returns the line that is in the log as well */
export async function askCanaries(
  { table, tools, settings }: CanaryTools,
  deadline: AbortSignal,
): Promise<ReturnType<typeof egressLine>> {
  const { resolver, prober, smtpPort: port, observer } = tools;
  const evidence = await checkEgress(
    settings.MAILTLS_CANARIES,
    { resolver, prober, port, clock: Date.now },
    deadline,
  );
  const { vantage, ehloName } = observer;
  const put = await createEgressRecord(table, Date.now).put({ evidence, vantage, ehloName });
  if (!put.ok) writeFailure({ event: 'store-failed', operation: 'egress', because: put.because });
  const line = egressLine(evidence);
  writeLog(line);
  return line;
}
