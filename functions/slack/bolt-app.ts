/**
 * Bolt as every door has it. It is given no token but a function that knows one: with a token it would ask Slack who
 * it is before the first event, and with Slack slow answer none. Its own client is bounded and repeats nothing.
 */
import { App } from '@slack/bolt';
import type { AppOptions } from '@slack/bolt';
import { placeOf } from '../presenters/mistake-place.ts';
import { createBoltLog } from './bolt-log.ts';
import type { SlackDoor } from './door.ts';
import { registerListeners } from './listeners.ts';
import { listAt, textOrNullAt } from './payload.ts';

export interface SlackAppOptions {
  readonly door: SlackDoor;
  readonly receiver: NonNullable<AppOptions['receiver']>;
  /** Null: it cannot be had now; what needs none is answered all the same. */
  readonly botToken: () => Promise<string | null>;
  /** `https://slack.com/api/` */
  readonly apiUrl: string;
}

const TIMEOUT_MS = 2_000;

/** The app with all its listeners; the receiver feeds it. */
export function createSlackApp({ door, receiver, botToken, apiUrl }: SlackAppOptions): App {
  const app = new App({
    receiver,
    logger: createBoltLog(door.log),
    convoStore: false,
    clientOptions: {
      slackApiUrl: apiUrl,
      timeout: TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
    authorize: async (_, body) => {
      const token = await botToken();
      const botUserId = textOrNullAt(listAt(body, 'authorizations')[0], 'user_id');
      return { ...(token === null ? {} : { botToken: token }), ...(botUserId === null ? {} : { botUserId }) };
    },
  });
  app.error(async (error) => {
    door.log({ event: 'slack-mistake', surface: 'bolt', detail: placeOf(error) });
  });
  registerListeners(app, door);
  return app;
}
