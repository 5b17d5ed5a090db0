/** How a program that goes on until it is told otherwise is told: Ctrl-C by a person, SIGTERM by whoever runs it. */
import { onSignal } from './console.ts';

export function toldToEnd(interrupted: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  interrupted.addEventListener('abort', end, { once: true });
  onSignal('SIGTERM', end);
  return promise;
}
