/** What is needed once the servers have answered is loaded while they are being asked. */
import { setImmediate as turn } from 'node:timers/promises';

/**
 * Loads a module at the first call, once the event loop has turned: the questions have left then. Every call gives the
 * same module; even one that is there takes its time to be found again.
 */
export function loadedLate<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | null = null;
  const afterTurn = async (): Promise<Module> => {
    await turn();
    return load();
  };
  return () => (loaded ??= afterTurn());
}
