/**
 * Bolt's receiver on AWS: one app for all requests for as long as the secret is the same. A signature that does not
 * fit may be the first sign of a rotated one, so the request is looked at once more with the secret as it is by now.
 */
import { AwsLambdaReceiver } from '@slack/bolt';
import { createSlackApp } from '../slack/bolt-app.ts';
import { createBoltLog } from '../slack/bolt-log.ts';
import type { SlackDoor } from '../slack/door.ts';
import { writeFailure } from './function-log.ts';
import type { SlackRequest } from './slack-event.ts';
import type { SlackSecret } from './slack-secret.ts';

type Receive = ReturnType<AwsLambdaReceiver['toHandler']>;
export type SlackReply = Awaited<ReturnType<Receive>>;

export interface SlackReceiverOptions {
  readonly door: () => SlackDoor;
  /** Fetched anew, unless that was done a moment ago; null: it cannot be had now. */
  readonly renewedSecret: () => Promise<SlackSecret | null>;
  /** `https://slack.com/api/` */
  readonly apiUrl: string;
}

/** @returns replies to a request that was signed with the secret, as far as it is known */
export function createSlackReceiver({ door, renewedSecret, apiUrl }: SlackReceiverOptions) {
  let made: { readonly secret: SlackSecret; readonly receive: Receive } | null = null;

  function receiverFor(secret: SlackSecret): Receive {
    if (made?.secret === secret) return made.receive;
    const { signingSecret, botToken } = secret;
    const receiver = new AwsLambdaReceiver({ signingSecret, logger: createBoltLog(writeFailure) });
    createSlackApp({ receiver, door: door(), botToken: async () => botToken, apiUrl });
    made = { secret, receive: receiver.toHandler() };
    return made.receive;
  }

  async function receive(request: SlackRequest, secret: SlackSecret): Promise<SlackReply> {
    try {
      return await receiverFor(secret)(request, {});
    } catch {
      // Bolt reads a body before it looks at the signature, and throws at what is no JSON.
      return { statusCode: 400, body: '' };
    }
  }

  return async (request: SlackRequest, secret: SlackSecret): Promise<SlackReply> => {
    const reply = await receive(request, secret);
    if (reply.statusCode !== 401) return reply;
    // Either it is not from Slack, or the secret was rotated since it was fetched.
    const renewed = await renewedSecret();
    const isNew = renewed !== null && renewed.signingSecret !== secret.signingSecret;
    return isNew ? receive(request, renewed) : reply;
  };
}
