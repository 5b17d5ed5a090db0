/** A service that what asks it is loaded for when there is something to ask: most commands and pages never do. */
import type { AmazonService, ServiceOptions } from './service.ts';

/** Begins to load what asks a service, so that it is there when there is something to ask. */
export const loadService = () => import('./signed-service.ts');

/** Opens nothing yet. */
export function createService(options: ServiceOptions): AmazonService {
  let opened: Promise<AmazonService> | null = null;
  const open = (): Promise<AmazonService> =>
    (opened ??= loadService().then(({ openService }) => openService(options)));
  return {
    send: async (request, signal) => (await open()).send(request, signal),
    close: () => void opened?.then((service) => service.close()),
  };
}
