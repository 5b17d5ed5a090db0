/** One function as AWS would run it: its unpacked asset, its handler and its environment, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Invocation, startRuntimeApi } from './runtime-api.ts';

const bootstrap = fileURLToPath(new URL('bootstrap.ts', import.meta.url));

/** The properties of an `AWS::Lambda::Function` that decide how its code runs. */
export interface FunctionCode {
  readonly name?: string;
  /** Folder the asset was unpacked to. */
  readonly taskRoot: string;
  /** `file.export`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  /** Nothing else is in the function's environment but what Lambda itself puts there. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface LambdaFunction {
  readonly invoke: (event: unknown) => Promise<Invocation>;
  /** All that the function wrote: what would be in its log group. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

export async function startFunction(code: FunctionCode): Promise<LambdaFunction> {
  const api = await startRuntimeApi(code.name);
  const child = spawn(process.execPath, [bootstrap], {
    cwd: code.taskRoot,
    env: {
      ...code.environment,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_REGION: 'us-east-1',
      LAMBDA_TASK_ROOT: code.taskRoot,
      TZ: ':UTC',
      _HANDLER: code.handler,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const exited = once(child, 'exit');
  let underWay = 0;
  // A frozen process would outlive this one unnoticed.
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  return {
    invoke: async (event) => {
      const died = exited.then(([status]): never => {
        throw new Error(`the function's process ended with status ${status}: ${log}`);
      });
      underWay += 1;
      child.kill('SIGCONT');
      try {
        return await Promise.race([api.invoke(event, code.timeoutSeconds * 1000), died]);
      } finally {
        underWay -= 1;
        // Between events Lambda freezes the process: what a function left for afterwards does not happen.
        if (underWay === 0) child.kill('SIGSTOP');
      }
    },
    log: () => log,
    close: async () => {
      child.kill('SIGKILL');
      await exited;
      process.off('exit', killed);
      await api.close();
    },
  };
}
