/**
 * Slack on AWS. The receiver waits for a listener before it replies, and nothing runs after the reply: checks are
 * ordered from a queue, whoever waits is a row of the table, and files are read by another run of this function.
 */
import { AwsLambdaReceiver } from '@slack/bolt';
import { openDoorAnswers } from './aws/door-answers.ts';
import { handOffFile } from './aws/file-hand-off.ts';
import { writeFailure } from './aws/function-log.ts';
import { createSlackSecrets } from './aws/secrets.ts';
import type { ReadSecret, SlackSecret } from './aws/secret-fetch.ts';
import { openSlackDoor } from './aws/slack-door.ts';
import { readSlackEvent } from './aws/slack-event.ts';
import type { SlackRequest } from './aws/slack-event.ts';
import { readSettings } from './environment.ts';
import { placeOf } from './presenters/mistake-place.ts';
import { wordSettingMistake } from './presenters/setting-wording.ts';
import { createSlackApp } from './slack/bolt-app.ts';
import { createBoltLog } from './slack/bolt-log.ts';
import type { SlackLog } from './slack/door.ts';
import { answerFile } from './slack/file-answer.ts';

/** What is used of Lambda's context. */
interface Context {
  readonly invokedFunctionArn: string;
}

type Receive = ReturnType<AwsLambdaReceiver['toHandler']>;
type Reply = Awaited<ReturnType<Receive>>;

const environment = readSettings(process.env);
if (!environment.ok) throw new Error(environment.mistakes.map(wordSettingMistake).join(' '));
const { settings } = environment;
const opened = openDoorAnswers(settings);
const secrets = createSlackSecrets({
  secretId: settings.MAILTLS_SLACK_SECRET,
  endpoint: settings.MAILTLS_AWS_ENDPOINT,
  now: Date.now,
});
// The first request needs it, so it is on its way while Lambda makes the function ready.
void secrets.current();

/** @returns null for a file that was handed on: nobody waits for a reply */
export async function handler(given: unknown, context: Context): Promise<Reply | null> {
  const event = readSlackEvent(given);
  if (event.event === 'unknown') return { statusCode: 400, body: '' };
  const known = await secret();
  if (known === null) return { statusCode: 503, body: '' };
  if (event.event === 'file') {
    await answerFile(event.task, doorFor(known, context)).catch((mistake: unknown) => {
      const told: SlackLog = { event: 'slack-mistake', surface: 'file', detail: placeOf(mistake) };
      writeFailure(told);
    });
    return null;
  }
  const reply = await receive(event.request, known, context);
  if (reply.statusCode !== 401) return reply;
  // Either it is not from Slack, or the secret was rotated since it was fetched.
  const renewed = await renewedSecret();
  const isNew = renewed !== null && renewed.signingSecret !== known.signingSecret;
  return isNew ? receive(event.request, renewed, context) : reply;
}

const secret = async (): Promise<SlackSecret | null> => secretIn(await secrets.current());
const renewedSecret = async (): Promise<SlackSecret | null> => secretIn(await secrets.renewed());

function secretIn(read: ReadSecret): SlackSecret | null {
  if (!read.ok) writeFailure({ event: 'secret-failed', detail: read.sentence });
  return read.ok ? read.secret : null;
}

function doorFor({ linkKey }: SlackSecret, { invokedFunctionArn }: Context) {
  return openSlackDoor({ settings, ...opened, secret, renewedSecret }, linkKey, (task) =>
    handOffFile(task, settings.MAILTLS_AWS_ENDPOINT, invokedFunctionArn),
  );
}

let made: { readonly secret: SlackSecret; readonly receive: Receive } | null = null;

/** One app for all requests, until the secret is another. */
function receiverFor(known: SlackSecret, context: Context): Receive {
  if (made?.secret === known) return made.receive;
  const { signingSecret } = known;
  const receiver = new AwsLambdaReceiver({ signingSecret, logger: createBoltLog(writeFailure) });
  createSlackApp({
    receiver,
    door: doorFor(known, context),
    botToken: async () => known.botToken,
    apiUrl: settings.MAILTLS_SLACK_API_URL,
  });
  made = { secret: known, receive: receiver.toHandler() };
  return made.receive;
}

async function receive(request: SlackRequest, known: SlackSecret, context: Context): Promise<Reply> {
  try {
    return await receiverFor(known, context)(request, context);
  } catch {
    // Bolt reads a body before it looks at the signature, and throws at what is no JSON.
    return { statusCode: 400, body: '' };
  }
}
