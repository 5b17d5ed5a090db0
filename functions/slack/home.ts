/** App Home: a domain to ask about, and what the viewer asked about last, for the viewer alone. */
import type { AgedAnswer, DomainAnswers } from '../answers/domain-answers.ts';
import { presentHome } from '../presenters/slack-home.ts';
import type { RecentDomain } from '../presenters/slack-home.ts';
import type { RecentDomain as StoredRecent, Viewer } from '../store/recent-domains.ts';
import type { SlackDoor } from './door.ts';
import type { CallBounds, Called } from './slack-calls.ts';

interface HomeTools extends Pick<SlackDoor, 'recent' | 'calls' | 'pageUrl' | 'now' | 'failed'> {
  readonly answers: Pick<DomainAnswers, 'stored'>;
}

/** Shows a viewer's Home as it is now. Slack shows it whenever they look, so this may be long after. */
export async function publishHome(
  viewer: Viewer,
  tools: HomeTools,
  bounds: Partial<CallBounds> = {},
): Promise<Called> {
  const { recent, calls, pageUrl, now, failed, answers } = tools;
  const found = await recent.list(viewer);
  if (!found.ok) failed('recent domains', found);
  const recentDomain = async ({ domain, atMs }: StoredRecent): Promise<RecentDomain> => {
    const answer = await answers.stored(domain);
    return { domain, answer: answer === null ? null : codeOf(answer), at: new Date(atMs).toISOString() };
  };
  const shown = found.ok ? await Promise.all(found.value.map(recentDomain)) : null;
  const view = presentHome({ recent: shown, pageUrl: pageUrl(null), nowMs: now() });
  return calls.call('views.publish', { user_id: viewer.userId, view }, bounds);
}

const codeOf = ({ judgement }: AgedAnswer): RecentDomain['answer'] =>
  judgement.outcome === 'assessed' ? judgement.assessment.answer : judgement.outcome;
