/** Signatures as the Slack function checks them, with a secret that is rotated while it lives. */
import { expect, test } from 'vitest';
import { createSlackReceiver } from '../../functions/aws/slack-receiver.ts';
import type { SlackSecret } from '../../functions/aws/slack-secret.ts';
import { readSlackEvent } from '../../functions/aws/slack-event.ts';
import { slashCommand } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';
import type { SignedRequest } from '../slack/signed-request.ts';
import { deed } from '../slack/test-bot.ts';
import { testDoor } from '../slack/test-door.ts';

const OLD: SlackSecret = { signingSecret: 'old', botToken: 'xoxb-1' };
const NEW: SlackSecret = { ...OLD, signingSecret: 'new' };

function receiver(renewed: SlackSecret | null) {
  const asked: string[] = [];
  const made: string[] = [];
  let given = '';
  const receive = createSlackReceiver({
    door() {
      made.push(given);
      return testDoor().door;
    },
    async renewedSecret() {
      asked.push('renewed');
      given = renewed?.signingSecret ?? given;
      return renewed;
    },
    apiUrl: 'http://127.0.0.1:1/',
  });
  const send = async (signed: SignedRequest, secret: SlackSecret): Promise<number> => {
    const event = readSlackEvent(gatewayEvent(signed));
    given = secret.signingSecret;
    if (event.event !== 'request') throw new Error('this is no request');
    return (await receive(event.request, secret)).statusCode;
  };
  return { send, asked, made };
}
const signedWith = (key: string, atMs = Date.now()): SignedRequest =>
  signedRequest('/slack/events', slashCommand(deed(), 'help'), key, atMs);

test('a request signed with the secret is answered, by one app however many there are', async () => {
  const { send, asked, made } = receiver(NEW);
  expect([await send(signedWith('old'), OLD), await send(signedWith('old'), OLD)]).toEqual([200, 200]);
  expect([asked, made]).toEqual([[], ['old']]);
});

test('a request signed with the secret as it is by now is answered at once', async () => {
  const { send, made } = receiver(NEW);
  expect(await send(signedWith('new'), OLD)).toBe(200);
  expect(made).toEqual(['old', 'new']);
});

test.each([
  ['signed with neither', 'guess', NEW, Date.now()],
  ['signed with another where the secret is still the same', 'new', OLD, Date.now()],
  ['signed with another where the secret cannot be had', 'new', null, Date.now()],
  ['signed with the new one more than five minutes ago', 'new', NEW, Date.now() - 301_000],
] as const)('a request %s is refused', async (_, key, renewed, atMs) => {
  const { send } = receiver(renewed);
  expect(await send(signedWith(key, atMs), OLD)).toBe(401);
});

test('a body that is no JSON is refused, and ends nothing', async () => {
  const { send } = receiver(NEW);
  const signed = signedWith('old');
  const broken = { ...signed, headers: { ...signed.headers, 'content-type': 'application/json' }, body: '{' };
  expect(await send(broken, OLD)).toBe(400);
  expect(await send(signed, OLD)).toBe(200);
});
