/**
 * Slack's secrets from Secrets Manager: fetched once for as long as the function lives, again when they are old, for
 * they are rotated, and again when a signature does not fit, for that may be the first sign of it.
 */
import { awsClientConfiguration, failureDetail } from './aws-client.ts';

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

export interface SlackSecrets {
  /** The secret as it was fetched last; fetched anew once it is old. One that cannot be renewed serves on. */
  readonly current: () => Promise<ReadSecret>;
  /** Fetches it anew, at most once a minute: what was true when it was fetched may not be any more. */
  readonly renewed: () => Promise<ReadSecret>;
}

export interface SlackSecretsOptions {
  /** Name or ARN; empty: the setting is missing. */
  readonly secretId: string;
  /** Empty: AWS itself. */
  readonly endpoint: string;
  /** Milliseconds since 1970: a clock that goes on while Lambda freezes the process. */
  readonly now: () => number;
}

/** A rotated secret is taken up within this time even if nobody signs with the new one. */
const OLD_MS = 15 * 60_000;
const RENEWED_EVERY_MS = 60_000;
/** Slack waits three seconds for an acknowledgement. */
const TIMEOUT_MS = 1_000;

export function createSlackSecrets({ secretId, endpoint, now }: SlackSecretsOptions): SlackSecrets {
  let known: SlackSecret | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<ReadSecret> | null = null;

  function fetchShared(): Promise<ReadSecret> {
    triedAtMs = now();
    underWay ??= fetchSecret(secretId, endpoint)
      .then((read): ReadSecret => {
        if (read.ok) known = read.secret;
        return read.ok || known === null ? read : { ok: true, secret: known };
      })
      .finally(() => (underWay = null));
    return underWay;
  }

  async function fetchedWithin(ageMs: number): Promise<ReadSecret> {
    if (underWay === null && known !== null && now() - triedAtMs < ageMs) return { ok: true, secret: known };
    return fetchShared();
  }

  return {
    current: () => fetchedWithin(OLD_MS),
    renewed: () => fetchedWithin(RENEWED_EVERY_MS),
  };
}

async function fetchSecret(secretId: string, endpoint: string): Promise<ReadSecret> {
  if (secretId === '') return { ok: false, sentence: 'MAILTLS_SLACK_SECRET must name the secret of Slack.' };
  try {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const client = new SecretsManagerClient(awsClientConfiguration({ endpoint, timeoutMs: TIMEOUT_MS }));
    try {
      const { SecretString: text = '' } = await client.send(
        new GetSecretValueCommand({ SecretId: secretId }),
      );
      return readSlackSecret(secretId, text);
    } finally {
      client.destroy();
    }
  } catch (error) {
    return { ok: false, sentence: `The secret ${secretId} could not be read: ${failureDetail(error)}` };
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
