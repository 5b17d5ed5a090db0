/** What Slack gave us, as it is kept in Secrets Manager: JSON with `signingSecret` and `botToken`. */
import type { Settings } from '../environment.ts';
import { keepSecret } from './kept-secret.ts';
import type { KeptSecret } from './kept-secret.ts';
import type { Read } from './secret-text.ts';

export interface SlackSecret {
  readonly signingSecret: string;
  readonly botToken: string;
}

/** @param now milliseconds since 1970 */
export const keepSlackSecret = (
  settings: Pick<Settings, 'MAILTLS_SLACK_SECRET' | 'MAILTLS_AWS_ENDPOINT'>,
  now: () => number,
): KeptSecret<SlackSecret> =>
  keepSecret({
    secretId: settings.MAILTLS_SLACK_SECRET,
    setting: 'MAILTLS_SLACK_SECRET',
    endpoint: settings.MAILTLS_AWS_ENDPOINT,
    read: readSlackSecret,
    now,
  });

function readSlackSecret(text: string): Read<SlackSecret> {
  const fields = fieldsOf(text);
  if (fields === null) return { ok: false, sentence: "Slack's secret is not a JSON object." };
  const { signingSecret = '', botToken = '' } = fields;
  const secret = { signingSecret, botToken };
  const missing = Object.entries(secret).flatMap(([name, value]) => (value === '' ? [name] : []));
  return missing.length === 0
    ? { ok: true, secret }
    : { ok: false, sentence: `Slack's secret has no ${missing.join(' and no ')}.` };
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
