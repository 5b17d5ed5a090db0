/**
 * Lambda's Invoke, and the functions behind it: a process of its own for each invocation that runs at the same time,
 * used again for the next one. Source: AWS Lambda API Reference, Invoke.
 */
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { Invocation } from '../lambda/runtime-api.ts';
import { awsError } from './aws-services.ts';
import type { AwsService } from './aws-services.ts';

export interface EmulatedFunction {
  readonly name: string;
  readonly invoke: (event: unknown) => Promise<Invocation>;
  /** What all its processes wrote. */
  readonly log: () => string;
  /** Ends every process, as a new deployment would; the next invocation starts cold. */
  readonly restart: () => Promise<void>;
  /** Of the invocations from now on. */
  timeoutSeconds: number;
  /** How many more invocations are turned away as throttled. */
  throttled: number;
}

export interface FunctionRules {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly start: (timeoutSeconds: number) => Promise<LambdaFunction>;
}

export function emulatedFunction({ name, timeoutSeconds: deployed, start }: FunctionRules): EmulatedFunction {
  const idle: LambdaFunction[] = [];
  const all = new Set<LambdaFunction>();
  let past = '';

  async function end(process: LambdaFunction): Promise<void> {
    all.delete(process);
    past += process.log();
    await process.close();
  }

  const called: EmulatedFunction = {
    name,
    timeoutSeconds: deployed,
    throttled: 0,
    log: () => past + [...all].map((process) => process.log()).join(''),

    async invoke(event) {
      const { timeoutSeconds } = called;
      const process = idle.pop() ?? (await start(timeoutSeconds));
      all.add(process);
      const late = Promise.withResolvers<Invocation>();
      const errorMessage = `Task timed out after ${timeoutSeconds}.00 seconds`;
      const timer = setTimeout(() => {
        late.resolve({
          outcome: 'error',
          at: 'invoke',
          payload: { errorType: 'Sandbox.Timedout', errorMessage },
        });
      }, timeoutSeconds * 1000);
      const came = await Promise.race([process.invoke(event).catch(died), late.promise]);
      clearTimeout(timer);
      if (came.outcome === 'error') await end(process);
      else if (all.has(process)) idle.push(process);
      return came;
    },

    async restart() {
      idle.length = 0;
      await Promise.all([...all].map(end));
    },
  };
  return called;
}

const died = (error: unknown): Invocation => ({
  outcome: 'error',
  at: 'invoke',
  payload: { errorType: 'Runtime.ExitError', errorMessage: String(error) },
});

const INVOKE = /^POST \/2015-03-31\/functions\/([^/]+)\/invocations$/;

export function functionService(functions: readonly EmulatedFunction[]): AwsService {
  return ({ operation, body, headers }) => {
    const name = decodeURIComponent(INVOKE.exec(operation)?.[1] ?? '');
    if (name === '') return null;
    const called = functions.find((known) => known.name === name.split(':').at(-1));
    if (called === undefined) {
      return Promise.resolve(awsError(404, 'ResourceNotFoundException', `Function not found: ${name}`));
    }
    if (called.throttled > 0) {
      called.throttled -= 1;
      return Promise.resolve(awsError(429, 'TooManyRequestsException', 'Rate Exceeded.'));
    }
    if (headers['x-amz-invocation-type'] === 'Event') {
      void called.invoke(body);
      return Promise.resolve({ ok: true, status: 202 });
    }
    return called.invoke(body).then((came) => ({
      ok: true,
      body: came.payload,
      headers: came.outcome === 'error' ? { 'x-amz-function-error': 'Unhandled' } : {},
    }));
  };
}
