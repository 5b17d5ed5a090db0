/**
 * What a check leaves behind is garbage in a moment, and V8 would let a few hundred megabytes of it pile up before
 * it looks: fine for a server of its own, not for a list that runs beside somebody’s work.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * From here on the heap grows by no more than half of what is in use, and the space for new objects stays as it
 * is. V8 reads both settings at each collection, so they may change while it runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--semi-space-growth-factor=1');
}
