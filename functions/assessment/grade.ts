/** How good one part of a TLS session or certificate is; `tls-criteria.ts` says what gets which. Worst last. */
export type Grade = 'good' | 'sufficient' | 'phase-out' | 'insufficient';
