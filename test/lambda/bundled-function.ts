/** One door, bundled as for AWS and run as on AWS, without a synthesis of the whole stack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleDoor } from '../../infra/door-bundle.ts';
import { startFunction } from './lambda-function.ts';
import type { LambdaFunction } from './lambda-function.ts';

export interface BundledDoor {
  /** Starts a process of it; `close` of the result ends that process alone. */
  readonly start: (
    environment: Readonly<Record<string, string>>,
    timeoutSeconds?: number,
  ) => Promise<LambdaFunction>;
  readonly remove: () => void;
}

export function bundledDoor(door: string): BundledDoor {
  const taskRoot = mkdtempSync(join(tmpdir(), `mailtls-${door}-`));
  bundleDoor(door, taskRoot);
  return {
    start: (environment, timeoutSeconds = 60) =>
      startFunction({
        name: door,
        taskRoot,
        handler: 'index.handler',
        timeoutSeconds,
        environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      }),
    remove: () => rmSync(taskRoot, { recursive: true }),
  };
}
