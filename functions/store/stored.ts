/** What asking the store comes to: a value, or why there is none. A store that fails is no reason to throw. */

export interface StoreFailure {
  readonly ok: false;
  readonly because:
    /** No connection, or it broke. */
    | 'unreachable'
    /** No answer in time. */
    | 'out-of-time'
    | 'throttled'
    /** The item is larger than an item may be, or the disk is full. */
    | 'too-large'
    /** What is there was written by a newer version of this program, and is left as it is. */
    | 'newer-version'
    /** What is there cannot be read, or a part of it is missing. */
    | 'unreadable'
    /** Anything else: no such table, no right to it. */
    | 'refused';
  readonly detail: string;
}
export type Stored<T> = { readonly ok: true; readonly value: T } | StoreFailure;

export const failure = (because: StoreFailure['because'], detail: string): StoreFailure => ({
  ok: false,
  because,
  detail,
});
