/**
 * The function's side: what the Node runtime on Lambda does with a bundle. It loads the module that
 * `_HANDLER` names from `LAMBDA_TASK_ROOT`, then takes one event after another for as long as it lives.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

/** Lambda's JSON format of logs: one line an entry, an object as it is under `message`. */
function logAsJson(): void {
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    console[level] = (...said: readonly unknown[]): void => {
      const [only] = said;
      const message = said.length === 1 && typeof only === 'object' ? only : format(...said);
      const line = { timestamp: new Date().toISOString(), level: level.toUpperCase(), requestId, message };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    };
  }
}

type Handler = (event: unknown, context: object) => unknown;

const { AWS_LAMBDA_RUNTIME_API: api, _HANDLER: name = '', LAMBDA_TASK_ROOT: root = '' } = process.env;
let requestId = '';
const url = (path: string): string => `http://${api}/2018-06-01/runtime/${path}`;

async function post(path: string, payload: unknown): Promise<void> {
  await fetch(url(path), { method: 'POST', body: JSON.stringify(payload) ?? 'null' });
}

function errorPayload(error: unknown) {
  const { name: errorType, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { errorType, errorMessage: message, trace: stack.split('\n') };
}

/** The handler, or null after Lambda was told why there is none. */
async function loadHandler(): Promise<Handler | null> {
  const [file = '', exported = ''] = name.split('.');
  try {
    const module = ['.js', '.mjs', '.cjs']
      .map((end) => resolve(root, file + end))
      .find((path) => existsSync(path));
    if (module === undefined) throw new Error(`no module ${file} in the asset`);
    const handler: unknown = (await import(pathToFileURL(module).href))[exported];
    if (typeof handler !== 'function') throw new Error(`${name} is not a function`);
    // Node 24 on Lambda takes no handler of three parameters: callbacks are gone.
    if (handler.length > 2) throw new Error('Runtime.CallbackHandlerDeprecated');
    return async (event, context) => handler(event, context);
  } catch (error) {
    await post('init/error', errorPayload(error));
    return null;
  }
}

async function invoke(handler: Handler): Promise<void> {
  const next = await fetch(url('invocation/next'));
  const awsRequestId = next.headers.get('lambda-runtime-aws-request-id') ?? '';
  requestId = awsRequestId;
  const invokedFunctionArn = next.headers.get('lambda-runtime-invoked-function-arn') ?? '';
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const context = {
    awsRequestId,
    invokedFunctionArn,
    functionName: invokedFunctionArn.split(':').at(-1),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    await post(`invocation/${awsRequestId}/response`, await handler(await next.json(), context));
  } catch (error) {
    await post(`invocation/${awsRequestId}/error`, errorPayload(error));
  }
}

logAsJson();
const handler = await loadHandler();
if (handler !== null) for (;;) await invoke(handler);
