/**
 * What the Slack function is called with: a request of Slack's through the gateway, or a file that an earlier request
 * handed on. Bolt decodes base64 as ASCII, which breaks every name outside it, and knows content types only as they
 * stand in Slack's documentation: both are put right before it sees them.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readFileTask } from '../slack/file-task.ts';
import type { FileTask } from '../slack/file-task.ts';
import { textAt, valueAt } from '../slack/payload.ts';

export type SlackEvent =
  | { readonly event: 'request'; readonly request: SlackRequest }
  | { readonly event: 'file'; readonly task: FileTask }
  | { readonly event: 'unknown' };

/** As Bolt's receiver takes it. */
export interface SlackRequest extends Pick<
  APIGatewayProxyEventV2,
  'rawPath' | 'rawQueryString' | 'routeKey' | 'version' | 'requestContext'
> {
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

export interface FileEvent {
  readonly slackFile: FileTask;
}

/** Slack's own requests are far smaller; more is not read. */
const LONGEST_BODY = 1024 * 1024;

export function readSlackEvent(given: unknown): SlackEvent {
  const task = readFileTask(valueAt(given, 'slackFile'));
  if (task !== null) return { event: 'file', task };
  return isGatewayEvent(given) ? { event: 'request', request: asText(given) } : { event: 'unknown' };
}

const isGatewayEvent = (given: unknown): given is APIGatewayProxyEventV2 =>
  valueAt(given, 'version') === '2.0' &&
  typeof valueAt(given, 'headers') === 'object' &&
  textAt(given, 'body').length <= LONGEST_BODY;

function asText({ body = '', isBase64Encoded, headers, ...event }: APIGatewayProxyEventV2): SlackRequest {
  const { rawPath, rawQueryString, routeKey, version, requestContext } = event;
  return {
    rawPath,
    rawQueryString,
    routeKey,
    version,
    requestContext,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        name.toLowerCase() === 'content-type' ? mediaTypeOf(value) : value,
      ]),
    ),
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
    isBase64Encoded: false,
  };
}

const mediaTypeOf = (value = ''): string => value.split(';', 1)[0]?.trim().toLowerCase() ?? '';
