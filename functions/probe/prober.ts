/**
 * The contract between the check and whoever can reach port 25: this process, a Lambda function in a VPC, or
 * an agent on another host. One JSON request in, one JSON result out; an attempt is kept apart from a finding.
 */
import type { ProbeEvidence } from './probe-evidence.ts';

/** Time and size bounds of one probe. All are wall-clock milliseconds. */
export interface ProbeBounds {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly replyMs: number;
  readonly handshakeMs: number;
}

export interface ProbeRequest {
  readonly ip: string;
  readonly port: number;
  /** A-label, no trailing dot; what is sent as SNI. */
  readonly serverName: string;
  /** The MX host's name, whose registrable domain is the operator the manners count by. */
  readonly host: string;
  /**
   * `first`: a result another check got a moment ago will do, and an operator that turned us away is left
   * alone. `second`: the one further connection that settles a provisional answer; it is made afresh.
   * `host-name`: like `first`, under the MX host's name after a handshake under another one, and not followed by
   * a legacy hello, so that an address has two connections at most.
   */
  readonly look: 'first' | 'second' | 'host-name';
}

/** Why no connection was made. None of these says anything about the server. */
export type NotMade =
  /** The address is not of the public internet (and private ones were not allowed). */
  | 'not-public'
  /** The host is on the list of hosts never to probe. */
  | 'never-probe'
  /** The domain has more addresses than one check may probe. */
  | 'address-limit'
  /** Its operator answered 421 or refused us a short while ago, and is left alone. */
  | 'backing-off'
  /** The check's deadline came before its turn. */
  | 'out-of-time'
  /** The prober itself could not work (throttled, failed, not there). */
  | 'prober-failed'
  /** This installation has no way to probe (policies only). */
  | 'no-prober';

export type ProbeResult =
  | { readonly attempt: 'made'; readonly evidence: ProbeEvidence }
  | {
      readonly attempt: 'not-made';
      readonly ip: string;
      readonly port: number;
      readonly serverName: string;
      readonly because: NotMade;
      readonly detail: string;
    };

export interface Prober {
  readonly vantage: 'local' | 'lambda' | 'agent' | 'none';
  /** Never rejects for what a server or a network does. `signal` ends it early, with what was seen so far. */
  readonly probe: (request: ProbeRequest, signal: AbortSignal) => Promise<ProbeResult>;
}
