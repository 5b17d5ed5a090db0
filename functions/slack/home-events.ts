/** Somebody looks at the Home tab, or a workspace removes the app: then what is kept of its people is deleted. */
import type { SlackDoor } from './door.ts';
import { publishHome } from './home.ts';
import { textAt } from './payload.ts';

export async function showHome(body: unknown, door: SlackDoor): Promise<void> {
  if (textAt(body, 'event', 'tab') !== 'home') return;
  const viewer = { teamId: textAt(body, 'team_id'), userId: textAt(body, 'event', 'user') };
  await publishHome(viewer, door);
}

export async function forgetTeam(body: unknown, door: SlackDoor): Promise<void> {
  const teamId = textAt(body, 'team_id');
  if (teamId === '') return;
  const forgotten = await door.recent.forgetTeam(teamId);
  if (!forgotten.ok) door.failed('recent domains', forgotten);
}
