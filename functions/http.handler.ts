/**
 * HTTP on AWS: the same service as on one machine, behind a gateway that knows who may call. Checks run in another
 * function; here answers are read, ordered and waited for.
 */
import { loadService } from './amazon/late-service.ts';
import { openDoorAnswers } from './aws/door-answers.ts';
import { writeLog } from './aws/function-log.ts';
import { callerOf, requestOf, resultOf } from './aws/http-event.ts';
import type { HttpEvent, HttpResult } from './aws/http-event.ts';
import { keepLinkKey } from './aws/link-key.ts';
import { readSettings } from './environment.ts';
import { createService } from './http/service.ts';
import { wordSettingMistake } from './presenters/setting-wording.ts';

/** An HTTP API ends a request at 30 s, and the last look at a check takes a while too. */
const LONGEST_WAIT_SECONDS = 25;

const environment = readSettings(process.env);
if (!environment.ok) throw new Error(environment.mistakes.map(wordSettingMistake).join(' '));
const { settings } = environment;

const service = createService({
  answers: openDoorAnswers(settings).answers,
  access: { gateway: settings.MAILTLS_PAGE_LINKS ? { key: keepLinkKey(settings, Date.now) } : null },
  sender: settings.MAILTLS_SENDER,
  hosts: [],
  // Of each process by itself; what all of them may take is the gateway's to say.
  checksPerMinute: {
    client: settings.MAILTLS_CLIENT_CHECKS_PER_MINUTE,
    all: settings.MAILTLS_CHECKS_PER_MINUTE,
  },
  longestWaitSeconds: LONGEST_WAIT_SECONDS,
  longestCheckMs: null,
  ownServers: settings.MAILTLS_OWN_SERVERS,
  clock: Date.now,
  log: writeLog,
});

// Needed by the first request, so read while Lambda makes the function ready and gives it a whole processor.
void loadService();

export async function handler(event: HttpEvent): Promise<HttpResult> {
  const request = requestOf(event);
  if (request === null) return { statusCode: 400, headers: {}, body: '', isBase64Encoded: false };
  const clientAddress = event.requestContext.http.sourceIp;
  const response = await service.fetch(request, { clientAddress, caller: callerOf(event) });
  return resultOf(response, request.headers.get('accept-encoding'));
}
