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
import { startEventPump } from './event-pump.ts';
import type { EventPump } from './event-pump.ts';
import { emulatedFunction, functionService } from './function-service.ts';
import type { EmulatedFunction } from './function-service.ts';
import { createTestQueue, queueService } from './queue-service.ts';
import type { TestQueue } from './queue-service.ts';
import { secretsService } from './secrets-service.ts';
import { startTableService } from './table-service.ts';
import type { TestTableService } from './table-service.ts';

export const SECRET_NAME = 'mailtls/slack';
export const LINK_KEY = 'a key of links of sixty-four characters, which is made by AWS...';

/** The doors, with their timeouts in `infra/`. */
const TIMEOUT_SECONDS = { http: 29, slack: 10, check: 120, probe: 60 } as const;
export type DoorName = keyof typeof TIMEOUT_SECONDS;

export interface EmulatedStack {
  readonly functions: Readonly<Record<DoorName, EmulatedFunction>>;
  readonly queue: TestQueue;
  readonly pump: EventPump;
  readonly table: TestTableService;
  /** By name, as text; what is changed is read next. */
  readonly secrets: Map<string, string>;
  readonly aws: AwsServices;
  /** Changes settings of the functions, which start cold with them as after a deployment. */
  readonly redeploy: (settings: Readonly<Record<string, string>>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StackOptions {
  readonly lab: Lab;
  readonly doors: readonly DoorName[];
  /** Beside what the stack itself sets. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
  /** Of a second of the queue. */
  readonly secondMs?: number;
  readonly timeoutSeconds?: Partial<Record<DoorName, number>>;
  /** How long a message stays with whoever took it, in seconds of the queue. */
  readonly visibilitySeconds?: number;
}

export async function startStack(options: StackOptions): Promise<EmulatedStack> {
  const { lab, doors, settings = {}, secret, secondMs = 20, visibilitySeconds = 60 } = options;
  const queue = createTestQueue({ name: 'checks', secondMs, visibilitySeconds, mostReceives: 3 });
  const secrets = new Map(secret === undefined ? [] : [[SECRET_NAME, JSON.stringify(secret)]]);
  const table = await startTableService();
  const bundles = new Map<string, BundledDoor>(doors.map((door) => [door, bundledDoor(door)]));
  let environment: Readonly<Record<string, string>> = {};

  const functionOf = (name: DoorName): EmulatedFunction =>
    emulatedFunction({
      name,
      timeoutSeconds: options.timeoutSeconds?.[name] ?? TIMEOUT_SECONDS[name],
      start: (timeoutSeconds) => {
        const bundle = bundles.get(name);
        if (bundle === undefined) throw new Error(`${name} is not deployed here`);
        return bundle.start(name === 'probe' ? probeEnvironment(environment) : environment, timeoutSeconds);
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
  environment = {
    ...lab.environment,
    ...aws.credentials,
    MAILTLS_AWS_ENDPOINT: aws.endpoint,
    MAILTLS_STORE_ENDPOINT: table.endpoint,
    MAILTLS_TABLE: table.tableName,
    MAILTLS_CHECK_QUEUE: `${aws.endpoint}/123456789012/${queue.name}`,
    MAILTLS_SLACK_SECRET: SECRET_NAME,
    ...(doors.includes('probe') ? { MAILTLS_PROBER: 'lambda', MAILTLS_PROBE_FUNCTION: 'probe' } : {}),
    ...settings,
  };
  const pump = startEventPump(queue, functions.check, { batchSize: 5, mostAtOnce: 4 });

  return {
    functions,
    queue,
    pump,
    table,
    secrets,
    aws,
    async redeploy(changed) {
      environment = { ...environment, ...changed };
      await Promise.all(Object.values(functions).map(({ restart }) => restart()));
    },
    async close() {
      await Promise.all(Object.values(functions).map(({ restart }) => restart()));
      await pump.stop();
      await aws.close();
      await table.close();
      for (const bundle of bundles.values()) bundle.remove();
    },
  };
}

/** The probe has no data rights: nothing that would lead it to table, queue or secret, and no credentials for them. */
function probeEnvironment(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) =>
      /^NODE_EXTRA|_SMTP_|_ALLOW_PRIVATE|_EHLO_|_MS$/.test(name),
    ),
  );
}
