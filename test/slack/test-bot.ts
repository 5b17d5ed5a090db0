/** The bot with a scripted door behind it: what is sent to it is signed, and what it calls is written down. */
import { AwsLambdaReceiver } from '@slack/bolt';
import { ACTIONS } from '../../functions/presenters/slack-actions.ts';
import { readSlackEvent } from '../../functions/aws/slack-event.ts';
import { createSlackApp } from '../../functions/slack/bolt-app.ts';
import { createBoltLog } from '../../functions/slack/bolt-log.ts';
import type { SlackDoor } from '../../functions/slack/door.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { pressedInMessage } from './events.ts';
import type { Deed, Sent } from './events.ts';
import { gatewayEvent, signedRequest } from './signed-request.ts';
import { BOT_TOKEN, SIGNING_SECRET } from './slack-api.ts';
import { testDoor } from './test-door.ts';
import type { TestDoor } from './test-door.ts';

export const ANSWER = aged(domain([host([made('192.0.2.1')])]));
export const EPHEMERAL = { ts: '1763790005.000100', ephemeral: true } as const;
const botToken = async (): Promise<string> => BOT_TOKEN;

export interface Bot extends TestDoor {
  /** @param retry the number that Slack gives a repetition */
  readonly send: (
    sent: Sent,
    retry?: number,
  ) => Promise<{ readonly status: number; readonly payload: unknown }>;
}

export function bot(changes: Partial<SlackDoor> = {}): Bot {
  const there = testDoor({ replyWithinMs: 1_000, ...changes });
  const receiver = new AwsLambdaReceiver({
    signingSecret: SIGNING_SECRET,
    logger: createBoltLog(there.door.log),
  });
  createSlackApp({ receiver, door: there.door, botToken, apiUrl: 'http://127.0.0.1:1/' });
  const handle = receiver.toHandler();
  return {
    ...there,
    async send(sent, retry) {
      const again = retry === undefined ? undefined : { number: retry, reason: 'http_timeout' };
      const request = signedRequest('/slack/events', sent, SIGNING_SECRET, Date.now(), again);
      const came = readSlackEvent(gatewayEvent(request));
      if (came.event !== 'request') throw new Error('what Slack sends is no request');
      const reply = await handle(came.request, {});
      return {
        status: reply.statusCode,
        payload: reply.body.startsWith('{') ? JSON.parse(reply.body) : reply.body,
      };
    },
  };
}

let deeds = 0;
/** One person in one place does something new. */
export const deed = (): Deed => ({
  user: 'U1',
  channel: 'C1',
  triggerId: `1.2.${(deeds += 1)}`,
  responseUrl: `https://hooks.slack.example/${deeds}`,
});
export const shareIt = (): Sent =>
  pressedInMessage(deed(), { action_id: ACTIONS.share, value: 'vendor.example' }, EPHEMERAL);
