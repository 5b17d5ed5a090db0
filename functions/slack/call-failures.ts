/**
 * Slack's refusals, by what they mean to whoever asked. A method answers 200 with `ok: false` and a code; a
 * `response_url` answers with a status, and its code beside it. Source: the error tables of chat.postMessage,
 * views.open and views.publish, and "Handling user interaction" (docs.slack.dev, read 2026-11-22).
 */
export type CallFailure =
  /** The bot is not in that channel, or may not post there. */
  | 'not-in-channel'
  /** There is no such channel, or the bot cannot see it. */
  | 'no-such-channel'
  /** The bot's token was revoked, or never was one. */
  | 'token-refused'
  /** The app was installed without the scope for this. */
  | 'missing-scope'
  | 'rate-limited'
  /** A trigger or a `response_url` that has run out or is used up. */
  | 'expired'
  /** Slack says it is in trouble. */
  | 'unavailable'
  /** No connection: nothing was sent. */
  | 'unreachable'
  /** Sent, and no answer in time: it may have been done. */
  | 'no-answer'
  /** Slack does not take the blocks. */
  | 'layout-refused'
  | 'refused';

const CODES: Readonly<Record<string, CallFailure>> = {
  not_in_channel: 'not-in-channel',
  is_archived: 'not-in-channel',
  restricted_action: 'not-in-channel',
  user_not_in_channel: 'not-in-channel',
  channel_not_found: 'no-such-channel',
  invalid_auth: 'token-refused',
  not_authed: 'token-refused',
  account_inactive: 'token-refused',
  token_revoked: 'token-refused',
  token_expired: 'token-refused',
  missing_scope: 'missing-scope',
  ratelimited: 'rate-limited',
  rate_limited: 'rate-limited',
  expired_trigger_id: 'expired',
  exchanged_trigger_id: 'expired',
  trigger_expired: 'expired',
  trigger_exchanged: 'expired',
  expired_url: 'expired',
  used_url: 'expired',
  invalid_blocks: 'layout-refused',
  invalid_blocks_format: 'layout-refused',
  invalid_attachments: 'layout-refused',
  msg_blocks_too_long: 'layout-refused',
  internal_error: 'unavailable',
  fatal_error: 'unavailable',
  service_unavailable: 'unavailable',
};

/** @param code Slack's, from its JSON; empty: it gave none */
export function failureOfAnswer(status: number, code: string): CallFailure {
  if (status === 429) return 'rate-limited';
  const known = CODES[code];
  if (known !== undefined) return known;
  if (status >= 500) return 'unavailable';
  return status === 404 || status === 410 ? 'expired' : 'refused';
}

/** What Node's fetch says when nothing has left this machine. */
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT/;

export function failureOfError(error: unknown): CallFailure {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return NOT_SENT.test(code) ? 'unreachable' : 'no-answer';
}

/** Whether the same may be sent again: only where Slack certainly did not do it the first time. */
export const mayTryAgain = (because: CallFailure): boolean =>
  because === 'rate-limited' || because === 'unavailable' || because === 'unreachable';
