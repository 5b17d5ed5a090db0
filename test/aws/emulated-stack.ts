/**
 * A deployment on this machine: the bundles of the functions in processes of their own, frozen between events as on
 * Lambda, and behind them queue, secrets and table. What `infra/` gives the functions by their environment, they are
 * given here. The lab is their internet.
 */
import type { Lab } from '../lab/start-lab.ts';
import { bundledDoor } from '../lambda/bundled-function.ts';
import type { BundledDoor } from '../lambda/bundled-function.ts';
import { startAwsServices } from './aws-services.ts';
import type { AwsServices } from './aws-services.ts';
import { deployDoors } from './deployed-doors.ts';
import type { DeployedDoors, DoorName } from './deployed-doors.ts';
import { startEventPump } from './event-pump.ts';
import type { EventPump } from './event-pump.ts';
import { emulatedFunction, functionService } from './function-service.ts';
import type { EmulatedFunction } from './function-service.ts';
import { createTestQueue, queueService } from './queue-service.ts';
import type { TestQueue } from './queue-service.ts';
import { secretsService } from './secrets-service.ts';
import { startTableService } from './table-service.ts';
import type { TestTableService } from './table-service.ts';

type Texts = Readonly<Record<string, string>>;

export const SECRET_NAME = 'mailtls/slack';
export const LINK_SECRET_NAME = 'mailtls/links';
export const LINK_KEY = 'a key of links of sixty-four characters, which is made by AWS...';

/** The doors bundled without a synthesis, with their timeouts in `infra/`. */
const TIMEOUT_SECONDS = { http: 29, slack: 29, check: 120, probe: 60 } as const;

export interface EmulatedStack {
  readonly functions: Readonly<Record<DoorName, EmulatedFunction>>;
  readonly queue: TestQueue;
  readonly pump: EventPump;
  readonly table: TestTableService;
  /** By name, as text; what is changed is read next. */
  readonly secrets: Map<string, string>;
  readonly aws: AwsServices;
  /** What a door is told by the template, and what it is told once it is deployed. */
  readonly environment: DeployedDoors['environment'];
  /** Changes settings of the functions, which start cold with them as after a deployment. */
  readonly redeploy: (settings: Texts) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StackOptions {
  readonly lab: Pick<Lab, 'environment'>;
  readonly doors: readonly DoorName[];
  /** Beside what the stack itself sets. */
  readonly settings?: Texts;
  /** Context of a synthesis whose assets and environments are used; absent: bundles alone, made at once. */
  readonly deployment?: Texts;
  readonly secret?: Texts;
  /** Of a second of the queue. */
  readonly secondMs?: number;
  /** How long a message stays with whoever took it, in seconds of the queue. */
  readonly visibilitySeconds?: number;
}

export async function startStack(options: StackOptions): Promise<EmulatedStack> {
  const { lab, doors, deployment, secret, secondMs = 20, visibilitySeconds = 60 } = options;
  const queue = createTestQueue({ name: 'checks', secondMs, visibilitySeconds, mostReceives: 3 });
  const secrets = new Map([[LINK_SECRET_NAME, LINK_KEY]]);
  if (secret !== undefined) secrets.set(SECRET_NAME, JSON.stringify(secret));
  const table = await startTableService();
  let started: DeployedDoors | null = null;
  let changes: Texts = {};

  const functionOf = (name: DoorName): EmulatedFunction =>
    emulatedFunction({
      name,
      timeoutSeconds: TIMEOUT_SECONDS[name],
      start: (timeoutSeconds) => {
        if (started === null) throw new Error('nothing is deployed yet');
        return started.start(name, setByStack, { ...around(name), ...changes }, timeoutSeconds);
      },
    });
  const functions = {
    http: functionOf('http'),
    slack: functionOf('slack'),
    check: functionOf('check'),
    probe: functionOf('probe'),
  };
  const aws = await startAwsServices([
    queueService([queue]),
    secretsService(secrets),
    functionService([functions.probe, functions.slack]),
  ]);
  const { NODE_EXTRA_CA_CERTS: roots = '', ...internet } = lab.environment;
  const settings = {
    ...internet,
    MAILTLS_AWS_ENDPOINT: aws.endpoint,
    MAILTLS_STORE_ENDPOINT: table.endpoint,
    ...options.settings,
  };
  const setByStack = {
    MAILTLS_TABLE: table.tableName,
    MAILTLS_CHECK_QUEUE: `${aws.endpoint}/123456789012/${queue.name}`,
    MAILTLS_SLACK_SECRET: SECRET_NAME,
    MAILTLS_LINK_SECRET: LINK_SECRET_NAME,
    MAILTLS_PROBE_FUNCTION: `arn:aws:lambda:us-east-1:123456789012:function:probe`,
  };
  /** The probe's role has no rights, so its credentials are as good as none. */
  const around = (name: DoorName): Texts => ({
    NODE_EXTRA_CA_CERTS: roots,
    // The token of a session says whose it is, as on AWS.
    ...(name === 'probe' ? {} : { ...aws.credentials, AWS_SESSION_TOKEN: name }),
  });
  started =
    deployment === undefined ? bundleDoors(doors, settings) : await deployDoors({ settings, deployment });
  const known = started;
  for (const name of doors) functions[name].timeoutSeconds = known.timeoutSeconds(name);
  const pump = startEventPump(queue, functions.check, { batchSize: 5, mostAtOnce: 4 });
  const restart = async (): Promise<void> => {
    await Promise.all(Object.values(functions).map((one) => one.restart()));
  };

  return {
    functions,
    queue,
    pump,
    table,
    secrets,
    aws,
    environment: known.environment,
    async redeploy(changed) {
      changes = { ...changes, ...changed };
      await restart();
    },
    async close() {
      await restart();
      await pump.stop();
      await aws.close();
      await table.close();
      await known.remove();
    },
  };
}

/** The same without a synthesis, which takes its time: every door is told everything. */
function bundleDoors(doors: readonly DoorName[], settings: Texts): DeployedDoors {
  const bundles = new Map<string, BundledDoor>(doors.map((door) => [door, bundledDoor(door)]));
  const prober: Texts = doors.includes('probe') ? { MAILTLS_PROBER: 'lambda' } : {};
  return {
    timeoutSeconds: (door) => TIMEOUT_SECONDS[door],
    environment: () => ({ told: settings, open: [] }),
    start(door, later, around, timeoutSeconds) {
      const bundle = bundles.get(door);
      if (bundle === undefined) throw new Error(`${door} is not deployed here`);
      return bundle.start({ ...settings, ...prober, ...later, ...around }, timeoutSeconds);
    },
    async remove() {
      for (const bundle of bundles.values()) bundle.remove();
    },
  };
}
