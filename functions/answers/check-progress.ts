/** How far a check has come, for whoever waits for it. */
import type { CheckStep } from '../check-domain.ts';
import type { CheckProgress } from './domain-answers.ts';

/** @param sinceMs milliseconds since 1970 */
export const progressAt = (sinceMs: number, state: CheckProgress['state']): CheckProgress => ({
  startedAt: new Date(sinceMs).toISOString(),
  state,
  hosts: null,
  addresses: null,
  probed: 0,
  lastStep: null,
});

export function afterStep(progress: CheckProgress, step: CheckStep): CheckProgress {
  const next = { ...progress, lastStep: step };
  if (step.step === 'mail-exchangers') return { ...next, hosts: step.hosts };
  if (step.step === 'addresses') return { ...next, addresses: step.addresses };
  return { ...next, probed: progress.probed + 1 };
}
