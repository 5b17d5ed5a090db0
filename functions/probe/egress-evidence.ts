/**
 * What our own side of the network does to port 25. Canaries are servers known to answer with STARTTLS and a
 * valid certificate; what happens to them happens to us, not to the server under question.
 */

/** One canary over one address family; a canary with both is asked over both, for one may work without the other. */
export interface CanaryEvidence {
  readonly host: string;
  readonly ip: string | null;
  /**
   * `clear`: STARTTLS, handshake and a certificate valid for the host. `no-connection`: no TCP connection.
   * `tampered`: it answered, but STARTTLS was missing or masked, TLS was broken, or the certificate is not its own.
   * `refused`: it answered and would not talk to us. `not-found`: its address could not be looked up.
   * `not-tested`: no attempt was made, or it was given up; nothing is known.
   */
  readonly outcome: 'clear' | 'no-connection' | 'tampered' | 'refused' | 'not-found' | 'not-tested';
  readonly detail: string;
}

export interface EgressEvidence {
  readonly observedAt: string;
  readonly canaries: readonly CanaryEvidence[];
}
