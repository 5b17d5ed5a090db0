/** One look into Secrets Manager. */
import { callJson } from '../amazon/json-operations.ts';
import { createService } from '../amazon/late-service.ts';
import { failureDetail } from '../amazon/service.ts';

export type Read<Secret> =
  | { readonly ok: true; readonly secret: Secret }
  /** `sentence`: what is wrong and where, with nothing of the secret in it. */
  | { readonly ok: false; readonly sentence: string };

/** Slack waits three seconds for an acknowledgement. */
const TIMEOUT_MS = 1_000;

/**
 * @param secretId name or ARN
 * @param endpoint where Secrets Manager is spoken to; empty: AWS itself
 */
export async function fetchSecretText(secretId: string, endpoint: string): Promise<Read<string>> {
  const secrets = createService({
    name: 'secretsmanager',
    endpoint,
    accessKey: null,
    timeoutMs: TIMEOUT_MS,
    attempts: 2,
    keepsConnections: false,
  });
  try {
    const { SecretString: secret = '' } = await callJson(secrets, 'GetSecretValue', { SecretId: secretId });
    return { ok: true, secret };
  } catch (error) {
    return { ok: false, sentence: `The secret ${secretId} could not be read: ${failureDetail(error)}` };
  } finally {
    secrets.close();
  }
}
