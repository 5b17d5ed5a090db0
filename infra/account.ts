/** What only the account knows of a deployment, and what can be had of its functions: asked of Lambda. */
import { readFile } from 'node:fs/promises';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';

/** Where CDK writes the outputs of the stack. */
export const OUTPUTS_FILE = 'cdk.out/outputs.json';

/** What the account lets run at once, in all and beside what is reserved. */
export interface AccountLimit {
  readonly concurrent: number;
  readonly unreserved: number;
  /** What an earlier deployment of this stack has reserved for the probe. */
  readonly reservedByUs: number;
}

export interface AccountTools {
  /** Rejects when AWS cannot be asked. */
  readonly accountLimit: () => Promise<AccountLimit>;
  /** Has the canaries asked at once, by the function that the deployment made. Rejects when that fails. */
  readonly askCanaries: () => Promise<void>;
}

/** What an earlier deployment wrote; empty: there was none here. */
export async function stackOutputs(): Promise<Readonly<Record<string, string>>> {
  try {
    const all: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
      await readFile(new URL(`../${OUTPUTS_FILE}`, import.meta.url), 'utf8'),
    );
    return all['Mailtls'] ?? {};
  } catch {
    return {};
  }
}

/** @param endpoint where Lambda is spoken to; empty: AWS itself */
export function lambdaTools(
  endpoint: string,
  known: () => Promise<Readonly<Record<string, string>>>,
): AccountTools {
  const client = new LambdaClient(endpoint === '' ? {} : { endpoint });
  return {
    async accountLimit() {
      const { ProbeFunctionName: ours } = await known();
      const [{ AccountLimit: limit }, reservation] = await Promise.all([
        client.send(new GetAccountSettingsCommand({})),
        ours === undefined
          ? null
          : client.send(new GetFunctionConcurrencyCommand({ FunctionName: ours })).catch(() => null),
      ]);
      return {
        concurrent: limit?.ConcurrentExecutions ?? 0,
        unreserved: limit?.UnreservedConcurrentExecutions ?? 0,
        reservedByUs: reservation?.ReservedConcurrentExecutions ?? 0,
      };
    },
    async askCanaries() {
      const { CheckFunctionName: check } = await known();
      const payload = Buffer.from(JSON.stringify({ source: 'aws.events' }));
      const { FunctionError: failed } = await client.send(
        new InvokeCommand({ FunctionName: check, Payload: payload }),
      );
      if (failed !== undefined) throw new Error('the check function failed; see its log');
    },
  };
}
