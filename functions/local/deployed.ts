/**
 * A deployment on AWS, looked at from a person's machine: what its outputs say it is, what its canaries said last,
 * and whether its name leads to the address that probes leave from.
 */
import { readFile } from 'node:fs/promises';
import { endpointBeside } from '../amazon/endpoint.ts';
import { egressState } from '../assessment/egress-state.ts';
import type { Examination } from '../assessment/examination.ts';
import { examineEgress, examineEhloName } from '../check-vantage.ts';
import { lookUpHostAddresses } from '../dns/host-addresses.ts';
import { createResolver } from '../dns/resolver.ts';
import type { OpenResolver } from '../dns/resolver.ts';
import type { Settings } from '../environment.ts';
import { createEgressRecord } from '../store/egress-record.ts';
import { createTable } from '../store/dynamodb-table.ts';

/** Where `npm run deploy` has CDK write the outputs of the stack. */
export const OUTPUTS_FILE = 'cdk.out/outputs.json';
const STACK = 'Mailtls';
/** Three rounds of the canaries. */
const LONG_AGO_MINUTES = 15;

export interface DeployedState {
  readonly examinations: readonly Examination[];
  readonly ehloName: string;
  /** Probes leave from it; null: not known here. */
  readonly address: string | null;
}

/** @returns what was found, or the sentence that says why nothing could be */
export async function examineDeployed(
  file: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<DeployedState | string> {
  const outputs = await readOutputs(file);
  if (outputs === null) {
    return `${file} has no outputs of a deployment; "npm run deploy" writes them, --outputs says where they are.`;
  }
  const { Prober: prober = '', TableName: tableName = '', EhloName: name = '-' } = outputs;
  const ehloName = name === '-' ? '' : name;
  if (prober === 'none') return { examinations: [POLICIES_ONLY], ehloName, address: null };
  const resolver = createResolver(settings, () => performance.now());
  try {
    const address = outputs['ProbeAddress'] ?? (await addressOf(ehloName, resolver, signal));
    const [egress, ofName] = await Promise.all([
      examineRecord(tableName, outputs['ApiUrl'] ?? '', settings),
      examineEhloName({ ehloName, resolvers: [{ name: resolver.names.join(), resolver }] }, signal),
    ]);
    const elsewhere = await astray(ehloName, outputs['ProbeAddress'], resolver, signal);
    return { examinations: [...egress, elsewhere ?? ofName], ehloName, address };
  } finally {
    resolver.close();
  }
}

const POLICIES_ONLY: Examination = { subject: 'port-25', well: true, code: 'policies-only', facts: {} };

async function readOutputs(file: string): Promise<Readonly<Record<string, string>> | null> {
  try {
    const outputs: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
      await readFile(file, 'utf8'),
    );
    return outputs[STACK] ?? null;
  } catch {
    return null;
  }
}

/** @param apiUrl in the region that the table is in */
async function examineRecord(
  tableName: string,
  apiUrl: string,
  settings: Settings,
): Promise<readonly Examination[]> {
  const { MAILTLS_STORE_ENDPOINT: endpoint, MAILTLS_STORE_TIMEOUT_MS: timeoutMs } = settings;
  const table = createTable({
    tableName,
    endpoint: endpoint === '' ? endpointBeside(apiUrl, 'dynamodb') : endpoint,
    accessKey: null,
    timeoutMs,
  });
  try {
    const last = await createEgressRecord(table, Date.now).last();
    if (!last.ok) return unknown('record-unreadable', { detail: last.detail });
    if (last.value === null) return unknown('canaries-unasked');
    const { evidence } = last.value;
    const minutes = Math.floor((Date.now() - Date.parse(evidence.observedAt)) / 60_000);
    const old = minutes >= LONG_AGO_MINUTES ? unknown('canaries-asked-long-ago', { minutes }) : [];
    // Canaries that nobody could ask are not canaries that did not answer.
    const said = egressState(evidence) === 'unknown' && evidence.canaries.every(notTested);
    return [...old, ...(said ? unknown('canaries-unasked') : examineEgress(evidence))];
  } finally {
    table.close();
  }
}

const unknown = (code: Examination['code'], facts: Examination['facts'] = {}): readonly Examination[] => [
  { subject: 'port-25', well: false, code, facts },
];

const notTested = ({ outcome }: { readonly outcome: string }): boolean => outcome === 'not-tested';

async function addressOf(name: string, resolver: OpenResolver, signal: AbortSignal): Promise<string | null> {
  if (name === '') return null;
  const { addresses } = await lookUpHostAddresses(name, resolver, signal);
  return addresses.find(({ family }) => family === 4)?.ip ?? null;
}

/** @returns null where the name has the address, or there is nothing to compare */
async function astray(
  name: string,
  address: string | undefined,
  resolver: OpenResolver,
  signal: AbortSignal,
): Promise<Examination | null> {
  if (name === '' || address === undefined) return null;
  const { addresses } = await lookUpHostAddresses(name, resolver, signal);
  if (addresses.length === 0 || addresses.some(({ ip }) => ip === address)) return null;
  const facts = { name, address, detail: addresses.map(({ ip }) => ip).join(', ') };
  return { subject: 'ehlo-name', well: false, code: 'ehlo-name-elsewhere', facts };
}
