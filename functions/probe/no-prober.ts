/** The prober of an installation that cannot reach port 25: answers come from published policies alone. */
import type { Prober } from './prober.ts';

export const noProber: Prober = {
  vantage: 'none',
  probe: ({ ip, port, serverName }) =>
    Promise.resolve({ attempt: 'not-made', ip, port, serverName, because: 'no-prober', detail: '' }),
};
