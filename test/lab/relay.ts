/**
 * A wire with a length: bytes handed in at one end come out at the other after a one-way delay, in order, as do
 * the end of the stream and a reset. A relay cannot delay the handshake of TCP itself, which is the kernel's; it
 * makes up for it: the far end learns of the connection after three flights (SYN, SYN-ACK, ACK), so that the
 * first byte either way comes when it would have come over a wire of that length.
 */
import type { Socket } from 'node:net';

/** Bytes on the wire in one direction at most; beyond it the sender has to wait. */
const ON_THE_WIRE_BYTES = 1 << 20;

type Event = { readonly bytes: Buffer } | { readonly what: 'end' | 'reset' };

/**
 * Joins two connections.
 * @param near the connection that came in, with `allowHalfOpen`
 * @param dial opens the connection to where it is meant to go, with `allowHalfOpen`
 * @param delayMs one way
 */
export function relay(near: Socket, dial: () => Socket, delayMs: number): void {
  near.setNoDelay(true);
  const connectedAt = performance.now() + 3 * delayMs;
  const outbound = wire(near, delayMs, connectedAt);
  const timer = setTimeout(() => {
    const far = dial();
    far.setNoDelay(true);
    const inbound = wire(far, delayMs, connectedAt);
    outbound.deliverTo(far);
    inbound.deliverTo(near);
  }, 3 * delayMs);
  near.once('close', () => clearTimeout(timer));
}

/** One direction: takes from `source` at once, gives to whoever `deliverTo` names when the time has come. */
function wire(source: Socket, delayMs: number, notBefore: number): { deliverTo: (sink: Socket) => void } {
  const queue: { readonly at: number; readonly event: Event }[] = [];
  let sink: Socket | null = null;
  let onTheWire = 0;
  let timer: NodeJS.Timeout | null = null;
  let blocked = false;

  const put = (event: Event): void => {
    queue.push({ at: Math.max(performance.now() + delayMs, notBefore), event });
    deliver();
  };

  function deliver(): void {
    if (sink === null || blocked || timer !== null) return;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const waitMs = next.at - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(() => {
          timer = null;
          deliver();
        }, Math.ceil(waitMs));
        return;
      }
      queue.shift();
      if (!hand(sink, next.event)) return;
    }
  }

  function hand(to: Socket, event: Event): boolean {
    if (to.destroyed) return false;
    if ('what' in event) {
      if (event.what === 'end') to.end();
      else to.resetAndDestroy();
      return true;
    }
    onTheWire -= event.bytes.length;
    if (onTheWire < ON_THE_WIRE_BYTES) source.resume();
    blocked = !to.write(event.bytes);
    return !blocked;
  }

  source.on('data', (bytes) => {
    onTheWire += bytes.length;
    if (onTheWire >= ON_THE_WIRE_BYTES) source.pause();
    put({ bytes });
  });
  source.once('end', () => put({ what: 'end' }));
  source.once('error', () => put({ what: 'reset' }));

  return {
    deliverTo(to) {
      sink = to;
      to.on('drain', () => {
        blocked = false;
        deliver();
      });
      to.once('close', () => {
        if (timer !== null) clearTimeout(timer);
        queue.length = 0;
      });
      deliver();
    },
  };
}
