/** Who brings the last word to somebody who waits for several domains: one, of all who could. */
import type { Once } from '../store/once.ts';
import { ANSWERED_WITHIN_MS } from './subscriber.ts';

/** @returns true to one caller only */
export const endsIt = (id: string, { once }: { readonly once: Once }): Promise<boolean> =>
  once.first(`final answer ${id}`, Math.ceil(ANSWERED_WITHIN_MS / 1000));
