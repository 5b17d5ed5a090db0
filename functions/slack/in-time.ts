/**
 * Slack gives up after three seconds, whatever is still being done. So a reply is due a little earlier, with what
 * there is: the work goes on behind it on one machine, and not on AWS, where a process stops with its reply. A
 * mistake of ours is logged without what it happened to, for that may be somebody's header.
 */
import { within } from '../answers/bounded-wait.ts';
import { placeOf } from '../presenters/mistake-place.ts';
import type { SlackDoor } from './door.ts';

export type InTime<T> =
  | { readonly outcome: 'done'; readonly value: T }
  /** `later` is null when a mistake of ours ended it. */
  | { readonly outcome: 'late'; readonly later: Promise<{ readonly value: T } | null> }
  | { readonly outcome: 'mistake' };

/** Does the work of a surface, and rejects never. */
export async function inTime<T>(
  surface: string,
  { replyWithinMs, log }: Pick<SlackDoor, 'replyWithinMs' | 'log'>,
  work: () => Promise<T>,
): Promise<InTime<T>> {
  const done = attempt(surface, log, work);
  const result = await within(
    done.then((value) => ({ value })),
    replyWithinMs,
  );
  if (result === null) {
    log({ event: 'slack-late', surface });
    return { outcome: 'late', later: done };
  }
  return result.value === null ? { outcome: 'mistake' } : { outcome: 'done', ...result.value };
}

async function attempt<T>(
  surface: string,
  log: SlackDoor['log'],
  work: () => Promise<T>,
): Promise<{ readonly value: T } | null> {
  try {
    return { value: await work() };
  } catch (error) {
    log({ event: 'slack-mistake', surface, detail: placeOf(error) });
    return null;
  }
}
