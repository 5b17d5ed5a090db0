/** What the gateway hands on, as Bolt has to get it. */
import { expect, test } from 'vitest';
import { readSlackEvent } from '../../functions/aws/slack-event.ts';
import { directMessage } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';

const NAME = 'büro-例え.example';
const sent = signedRequest(
  '/slack/events',
  directMessage({ user: 'U0ANN', channel: 'D0ANN' }, { text: NAME }),
  'secret',
  0,
);
const read = (given: unknown) => {
  const event = readSlackEvent(given);
  return event.event === 'request' ? event.request : null;
};

test.each([true, false])('letters of every script come whole, in base64 (%s) and as text', (inBase64) => {
  const request = read(gatewayEvent(sent, inBase64));
  expect(request?.isBase64Encoded).toBe(false);
  expect(JSON.parse(request?.body ?? '')).toMatchObject({ event: { text: NAME } });
});

test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json;charset=UTF-8'])(
  'a content type is what Slack’s documentation has, however it is written: %s',
  (contentType) => {
    const event = gatewayEvent(sent);
    const request = read({ ...event, headers: { ...event.headers, 'content-type': contentType } });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers['x-slack-signature']).toBe(sent.headers['x-slack-signature']);
  },
);

test.each([
  ['nothing', undefined],
  ['an event of another kind', { Records: [] }],
  ['a request of the gateway’s first version', { ...gatewayEvent(sent), version: '1.0' }],
  ['more than Slack ever sends', { ...gatewayEvent(sent), body: 'x'.repeat(1024 * 1024 + 1) }],
  ['a file without who gave it', { slackFile: { fileId: 'F1' } }],
])('%s is not read', (_, given) => {
  expect(readSlackEvent(given)).toEqual({ event: 'unknown' });
});

test('a file that was handed on is a task, and nothing that a request says can be one', () => {
  expect(readSlackEvent({ slackFile: { fileId: 'F1', userId: 'U1' } })).toMatchObject({ event: 'file' });
  const forged = { ...gatewayEvent(sent), body: '{"slackFile":{"fileId":"F1","userId":"U1"}}' };
  expect(readSlackEvent(forged)).toMatchObject({ event: 'request' });
});
