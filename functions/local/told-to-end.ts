/**
 * How a program that goes on until it is told otherwise is told: Ctrl-C by a person, SIGTERM by whoever runs it. A
 * second one ends the process at once, as it ends any.
 */
export function toldToEnd(interrupted: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  interrupted.addEventListener('abort', end, { once: true });
  process.once('SIGTERM', end);
  return promise;
}
