/** Asks the mail servers themselves, from this machine. */
import type { CheckStep } from '../check-domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { OwnedCheckTools } from '../check-tools.ts';
import type { OpenResolver } from '../dns/resolver.ts';
import type { Question } from '../question/domain.ts';
import { noReport } from './check-answer.ts';
import type { Answer, Asking, Circumstances } from './check-answer.ts';
import { exitStatus, NO_SUCH_DOMAIN, WRONG_USAGE } from './exit-status.ts';
import { loadedLate } from './loaded-late.ts';
import { checkHere } from './local-check.ts';

/** @param resolver which may have been asked already */
export function askingHere(circumstances: Circumstances, resolver: OpenResolver): Asking['ask'] {
  const tools = createCheckTools(circumstances.settings, resolver);
  return (question, progress) => askHere(question, circumstances, tools, progress);
}

const loadWording = loadedLate(() => import('../presenters/report.ts'));

async function askHere(
  question: Question,
  { settings, interrupted, confirm, whatIf }: Circumstances,
  owned: OwnedCheckTools,
  progress: (step: CheckStep) => void,
): Promise<Answer> {
  const tools = { ...owned, progress };
  const [{ evidence, judgement }, { presentReport }] = await Promise.all([
    checkHere(question.domain, { settings, tools, confirm, interrupted }),
    loadWording(),
  ]);
  const sender = settings.MAILTLS_SENDER;
  const now = presentReport(question, evidence, judgement, sender);
  if (now.outcome === 'no-such-domain') return noReport(NO_SUCH_DOMAIN, now.sentence);
  if (whatIf.length === 0) return { ...now, today: null };

  const [{ applyWhatIf }, { assessDomain }, { wordImpossible }] = await Promise.all([
    import('../assessment/what-if.ts'),
    import('../assessment/domain.ts'),
    import('../presenters/what-if.ts'),
  ]);
  const changed = applyWhatIf(evidence, whatIf);
  if (!changed.ok) {
    const status =
      changed.because === 'no-servers' ? exitStatus(now.report.verdict.answer, null) : WRONG_USAGE;
    return noReport(status, wordImpossible(now.report, changed));
  }
  const then = presentReport(question, changed.evidence, assessDomain(changed.evidence), sender);
  return then.outcome === 'report' ? { ...then, today: now.report } : noReport(NO_SUCH_DOMAIN, then.sentence);
}
