/** A transport that is loaded when it is first asked, so that a program that never asks it starts without. */
import type { Transport } from './transport.ts';

/**
 * @param name the resolver, as the settings write it
 * @param load gives the transport; called once
 */
export function lateTransport(name: string, load: () => Promise<Transport>): Transport {
  let loaded: Promise<Transport> | null = null;
  let closed = false;

  async function open(): Promise<Transport> {
    const transport = await load();
    // Closed while it was loaded: whoever asks is told so by the transport itself.
    if (closed) transport.close();
    return transport;
  }

  return {
    name,
    exchange: async (query) => (await (loaded ??= open())).exchange(query),
    close: () => {
      closed = true;
      void loaded?.then((transport) => transport.close());
    },
  };
}
