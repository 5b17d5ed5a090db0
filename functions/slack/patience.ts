/**
 * How long an answer that is a post of its own is tried: Slack takes about one post a second in a channel, and says of
 * more when it takes them (429, Retry-After). Where a process stops with its reply, that is as long as a reply may take.
 */
import type { SlackDoor } from './door.ts';
import type { CallBounds } from './slack-calls.ts';

const TRIES = 3;
/** The last attempt takes its time too. */
const LAST_ATTEMPT_MS = 2_000;

/** Counted from when it is called: as an event is begun with. */
export const patience = ({
  afterReply,
  eventWithinMs,
  now,
}: Pick<SlackDoor, 'afterReply' | 'eventWithinMs' | 'now'>): Partial<CallBounds> => ({
  tries: TRIES,
  ...(afterReply === 'frozen' ? { untilMs: now() + eventWithinMs - LAST_ATTEMPT_MS } : {}),
});
