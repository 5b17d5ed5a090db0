/**
 * What a check leaves behind is garbage in a moment, and V8 would let a few hundred megabytes of it pile up before
 * it looks: fine for a server of its own, not for a list that runs beside somebody's work.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Room for what the checks of a moment make: with less of it V8 collects all the time. */
const NEW_OBJECTS_BYTES = 12 * 2 ** 20;

/**
 * From here on the heap grows by no more than half of what is in use, the space for new objects to a bound, and only
 * what runs very often is compiled anew, for that takes memory of its own. V8 reads these settings whenever it
 * decides, so they may change while it runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--invocation-count-for-maglev=2000');
  const collections = new PerformanceObserver(() => {
    if (newObjectsBytes() < NEW_OBJECTS_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    collections.disconnect();
  });
  collections.observe({ entryTypes: ['gc'] });
}

const newObjectsBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
