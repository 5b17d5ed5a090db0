/**
 * Slack on AWS. The receiver waits for a listener before it replies, and nothing runs after the reply: checks are
 * ordered from a queue, whoever waits is a row of the table, and files are read by another run of this function.
 */
import { openDoorAnswers } from './aws/door-answers.ts';
import { handOffFile } from './aws/file-hand-off.ts';
import { writeFailure } from './aws/function-log.ts';
import { keepLinkKey } from './aws/link-key.ts';
import type { Read } from './aws/secret-text.ts';
import { openSlackDoor } from './aws/slack-door.ts';
import { readSlackEvent } from './aws/slack-event.ts';
import { createSlackReceiver } from './aws/slack-receiver.ts';
import type { SlackReply } from './aws/slack-receiver.ts';
import { keepSlackSecret } from './aws/slack-secret.ts';
import type { SlackSecret } from './aws/slack-secret.ts';
import { readSettings } from './environment.ts';
import { placeOf } from './presenters/mistake-place.ts';
import { wordSettingMistake } from './presenters/setting-wording.ts';
import type { SlackLog } from './slack/door.ts';
import { answerFile } from './slack/file-answer.ts';

/** What is used of Lambda's context. */
interface Context {
  readonly invokedFunctionArn: string;
}

const environment = readSettings(process.env);
if (!environment.ok) throw new Error(environment.mistakes.map(wordSettingMistake).join(' '));
const { settings } = environment;
const opened = openDoorAnswers(settings);
const secrets = keepSlackSecret(settings, Date.now);
const keyOfLinks = keepLinkKey(settings, Date.now);
// The first request needs both, so they are on their way while Lambda makes the function ready.
void secrets.current();
void keyOfLinks();

const secret = async (): Promise<SlackSecret | null> => secretIn(await secrets.current());
const renewedSecret = async (): Promise<SlackSecret | null> => secretIn(await secrets.renewed());

function secretIn(read: Read<SlackSecret>): SlackSecret | null {
  if (!read.ok) writeFailure({ event: 'secret-failed', detail: read.sentence });
  return read.ok ? read.secret : null;
}

/** Its own name, as every event tells it. */
let functionArn = '';
/** As it was when this event came. */
let linkKey = '';
const door = () =>
  openSlackDoor({
    settings,
    ...opened,
    secret,
    renewedSecret,
    linkKey: () => linkKey,
    handOffFile: (task) => handOffFile(task, settings.MAILTLS_AWS_ENDPOINT, functionArn),
  });
const receive = createSlackReceiver({ door, renewedSecret, apiUrl: settings.MAILTLS_SLACK_API_URL });

/** @returns null for a file that was handed on: nobody waits for a reply */
export async function handler(given: unknown, context: Context): Promise<SlackReply | null> {
  functionArn = context.invokedFunctionArn;
  const event = readSlackEvent(given);
  if (event.event === 'unknown') return { statusCode: 400, body: '' };
  const [known, key] = await Promise.all([secret(), keyOfLinks()]);
  linkKey = key;
  if (known === null) return { statusCode: 503, body: '' };
  if (event.event === 'request') return receive(event.request, known);
  await answerFile(event.task, door()).catch((mistake: unknown) => {
    const told: SlackLog = { event: 'slack-mistake', surface: 'file', detail: placeOf(mistake) };
    writeFailure(told);
  });
  return null;
}
