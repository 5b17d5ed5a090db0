/** One look into Secrets Manager for what Slack gave us. */
import { callJson } from '../amazon/json-operations.ts';
import { createService } from '../amazon/late-service.ts';
import { failureDetail } from '../amazon/service.ts';

export interface SlackSecret {
  readonly signingSecret: string;
  readonly botToken: string;
  /** Signs links to pages; empty: none are signed. */
  readonly linkKey: string;
}

export type ReadSecret =
  | { readonly ok: true; readonly secret: SlackSecret }
  /** `sentence`: what is wrong and where, with nothing of the secret in it. */
  | { readonly ok: false; readonly sentence: string };

/** Slack waits three seconds for an acknowledgement. */
const TIMEOUT_MS = 1_000;

/** @param endpoint where Secrets Manager is spoken to; empty: AWS itself */
export async function fetchSecret(secretId: string, endpoint: string): Promise<ReadSecret> {
  if (secretId === '') return { ok: false, sentence: 'MAILTLS_SLACK_SECRET must name the secret of Slack.' };
  const secrets = createService({
    name: 'secretsmanager',
    endpoint,
    accessKey: null,
    timeoutMs: TIMEOUT_MS,
    attempts: 2,
    keepsConnections: false,
  });
  try {
    const { SecretString: text = '' } = await callJson(secrets, 'GetSecretValue', {
      SecretId: secretId,
    });
    return readSlackSecret(secretId, text);
  } catch (error) {
    return { ok: false, sentence: `The secret ${secretId} could not be read: ${failureDetail(error)}` };
  } finally {
    secrets.close();
  }
}

/** @param text JSON with `signingSecret`, `botToken` and, where pages are linked to, `linkKey` */
function readSlackSecret(secretId: string, text: string): ReadSecret {
  const fields = fieldsOf(text);
  if (fields === null) return { ok: false, sentence: `The secret ${secretId} is not a JSON object.` };
  const { signingSecret = '', botToken = '', linkKey = '' } = fields;
  const missing = Object.entries({ signingSecret, botToken }).flatMap(([name, value]) =>
    value === '' ? [name] : [],
  );
  return missing.length === 0
    ? { ok: true, secret: { signingSecret, botToken, linkKey } }
    : { ok: false, sentence: `The secret ${secretId} has no ${missing.join(' and no ')}.` };
}

function fieldsOf(text: string): Readonly<Partial<Record<keyof SlackSecret, string>>> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === 'string'));
  } catch {
    return null;
  }
}
