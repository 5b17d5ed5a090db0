/**
 * Slack sends an event again when it heard nothing for three seconds, Socket Mode a message when a connection broke,
 * and people press a button twice: each is done once. Events have an id, commands and the like the trigger; two
 * presses of a button have two triggers, so they are told by who pressed what where.
 */
import { within } from '../answers/bounded-wait.ts';
import type { SlackDoor } from './door.ts';
import type { ActionRequest } from './requests.ts';

/** Slack's retries come at once, after a minute and after five. */
const RETRIED_SECONDS = 600;
const DOUBLE_CLICK_SECONDS = 4;
/** A store that is slow costs an answer given twice, not the time for one. */
const LONGEST_WAIT_MS = 500;

type Tools = Pick<SlackDoor, 'once'>;

async function first(key: string, seconds: number, { once }: Tools): Promise<boolean> {
  return (await within(once.first(key, seconds), LONGEST_WAIT_MS)) ?? true;
}

/** @param id of an event or a trigger; what has none is always new */
export const isFirstTime = async (kind: string, id: string, tools: Tools): Promise<boolean> =>
  id === '' || first(`${kind} ${id}`, RETRIED_SECONDS, tools);

export async function isFirstPress(request: ActionRequest, tools: Tools): Promise<boolean> {
  const { viewer, place, actionId, value, triggerId } = request;
  const press = JSON.stringify(['press', viewer.teamId, viewer.userId, place, actionId, value]);
  const [isNew, isPress] = await Promise.all([
    isFirstTime('action', triggerId, tools),
    first(press, DOUBLE_CLICK_SECONDS, tools),
  ]);
  return isNew && isPress;
}
