/** Puts what somebody asked about on their own list of recent domains. An answer does not wait for it for long. */
import { within } from '../answers/bounded-wait.ts';
import type { ReadQuestion } from '../question/domain.ts';
import type { Viewer } from '../store/recent-domains.ts';
import type { SlackDoor } from './door.ts';
import { domainsOf } from './subscriber.ts';

const LONGEST_WAIT_MS = 500;

export async function remember(
  viewer: Viewer,
  asked: readonly ReadQuestion[],
  { recent, failed }: Pick<SlackDoor, 'recent' | 'failed'>,
): Promise<void> {
  const domains = domainsOf(asked);
  if (domains.length === 0 || viewer.teamId === '' || viewer.userId === '') return;
  const added = await within(recent.add(viewer, domains), LONGEST_WAIT_MS);
  if (added?.ok === false) failed('recent domains', added);
}
