/**
 * What there is to say about one hop beside its encryption, as codes with the facts their sentences need.
 * Worded in `presenters/headers-wording.ts`.
 */
export type HopFinding =
  /** The name in HELO or EHLO belongs to another domain than the address resolves to, or is another address. */
  | { readonly code: 'helo-mismatch'; readonly helo: string; readonly address: string }
  /** The server before this one does not call itself what this one says it heard from. */
  | { readonly code: 'from-mismatch'; readonly from: string; readonly previousBy: string }
  /** This hop's peer recorded itself elsewhere in the header. */
  | { readonly code: 'out-of-order'; readonly from: string; readonly recordedAtHop: number }
  /** The same server took the message again after another had it. */
  | { readonly code: 'repeated-server'; readonly by: string; readonly firstHop: number }
  /** Dated before the hop before it: one of the two clocks is wrong. */
  | { readonly code: 'clock-skew'; readonly seconds: number }
  | { readonly code: 'long-delay'; readonly seconds: number }
  | { readonly code: 'date-in-future'; readonly seconds: number }
  | { readonly code: 'date-missing' }
  /** Words about TLS stand where a client could have put them; they were not believed. */
  | { readonly code: 'words-not-servers'; readonly words: string }
  /** A suite or version graded phase-out or insufficient. */
  | { readonly code: 'weak-tls'; readonly grade: 'phase-out' | 'insufficient' };
