/** What the Slack function posts with: the bot's token as it is by now. */
import { expect, test } from 'vitest';
import { createCheckQueue } from '../../functions/aws/check-queue.ts';
import { openSlackDoor } from '../../functions/aws/slack-door.ts';
import { readSettings } from '../../functions/environment.ts';
import { missingTable } from '../../functions/store/missing-table.ts';
import { fakeAnswers } from '../http/fake-answers.ts';
import { BOT_TOKEN, startSlackApi } from '../slack/slack-api.ts';

const OLD = { signingSecret: 'sign', botToken: 'xoxb-old' };

test('a bot token that Slack refuses is read anew at once, and the post is made with the new one', async () => {
  const slack = await startSlackApi();
  const read = readSettings(slack.environment());
  if (!read.ok) throw new Error('these are no settings');
  const { calls } = openSlackDoor({
    settings: read.settings,
    answers: fakeAnswers(),
    queue: createCheckQueue('', ''),
    table: missingTable('there is none in this test'),
    secret: async () => OLD,
    renewedSecret: async () => ({ ...OLD, botToken: BOT_TOKEN }),
    linkKey: () => '',
    handOffFile: async () => false,
  });
  slack.faults.script('chat.postMessage', { fault: 'error', error: 'token_revoked' });
  const message = { channel: 'C1', text: 'Yes', unfurl_links: false, unfurl_media: false };
  expect(await calls.call('chat.postMessage', message)).toMatchObject({ ok: true });
  expect(slack.calls.map(({ token }) => token)).toEqual(['xoxb-old', BOT_TOKEN]);
  await slack.close();
});
