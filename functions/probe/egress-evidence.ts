/**
 * What our own side of the network does to port 25. Canaries are servers known to answer with STARTTLS and a
 * valid certificate; what happens to them happens to us, not to the server under question.
 */

export interface CanaryEvidence {
  readonly host: string;
  readonly ip: string | null;
  /**
   * `clear`: STARTTLS, handshake and a certificate valid for the host. `no-connection`: timed out or no route.
   * `tampered`: it answered, but STARTTLS was missing or masked, or the certificate is not its own.
   * `refused`: it answered and would not talk to us. `not-found`: its address could not be looked up.
   */
  readonly outcome: 'clear' | 'no-connection' | 'tampered' | 'refused' | 'not-found';
  readonly detail: string;
}

export interface EgressEvidence {
  readonly observedAt: string;
  readonly canaries: readonly CanaryEvidence[];
}
