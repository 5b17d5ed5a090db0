/**
 * What one probe of one mail server address saw, without any judgement: the dialogue, stage by stage, and
 * where it ended. Everything is plain JSON, so that it can cross a wire (Prober on Lambda or an agent) and be
 * kept as evidence.
 */

/** The stages of a session in order (RFC 5321 section 3.1, RFC 3207 section 4). */
export type Stage =
  'connect' | 'greeting' | 'ehlo' | 'helo' | 'starttls' | 'handshake' | 'ehlo-after-tls' | 'quit';

/** An SMTP reply (RFC 5321 section 4.2). */
export interface Reply {
  readonly code: number;
  /** The text of each line after its code, control characters shown as escapes. */
  readonly lines: readonly string[];
}

/** Why a session went no further than its stage. */
export type Cause =
  /** The dialogue was gone through to QUIT. */
  | 'completed'
  /** The server's reply at that stage was not a success; it is in the field of that stage. */
  | 'reply'
  /** The reply to EHLO listed no keyword that is exactly STARTTLS, or only HELO was understood. */
  | 'not-offered'
  /** Nothing, or not all of it, came in time. */
  | 'timeout'
  /** TCP: the port answered with a reset to the connection attempt. */
  | 'connection-refused'
  /** TCP: an established connection was reset. */
  | 'reset'
  /** The server closed the connection in order. */
  | 'closed'
  /** The network said there is no way (ENETUNREACH, EHOSTUNREACH and the like). */
  | 'no-route'
  /** What came was not an SMTP reply, or not one that this stage can have, or it came unasked. */
  | 'malformed'
  /** A line or a reply went over its bound. */
  | 'too-long'
  /** The TLS handshake failed; `detail` has the library's reason. */
  | 'tls'
  /** The check's own deadline came, or it was given up. */
  | 'out-of-time';

export interface TranscriptLine {
  /** Since the connection attempt began. */
  readonly atMs: number;
  readonly from: 'client' | 'server' | 'note';
  /** One line without its line end, control characters shown as escapes, at most 512 characters. */
  readonly line: string;
}

/** A certificate as it was sent, in DER, with its digest. */
export interface CertificateEvidence {
  readonly sha256: string;
  readonly derBase64: string;
}

export interface TlsEvidence {
  /** Node's names: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3. */
  readonly version: string;
  /** OpenSSL's name of the cipher suite. */
  readonly cipher: string;
  /** Key exchange group, e.g. X25519MLKEM768, X25519, prime256v1; `DH 2048` for finite fields; null: not told. */
  readonly group: string | null;
  /** The chain as the server sent it, the server's own certificate first; at most 20 and 64 KiB of DER. */
  readonly chain: readonly CertificateEvidence[];
  /** How many certificates were sent beyond that bound. */
  readonly chainLeftOut: number;
  /** OpenSSL's own verdict on the chain against the machine's trusted roots, names left aside; null: it is good. */
  readonly chainError: string | null;
}

/** One connection: from TCP to QUIT or to where it broke. */
export interface ConnectionEvidence {
  /** `modern`: TLS 1.2 and up, ML-KEM offered, as today's senders do. `legacy`: TLS 1.0 and up, a small hello. */
  readonly hello: 'modern' | 'legacy';
  readonly observedAt: string;
  readonly tookMs: number;
  /** Our own end of the connection; null when none was made. */
  readonly localAddress: string | null;
  /** How long TCP took to connect; null when it did not. Evidence from before this was recorded lacks it. */
  readonly connectedAtMs?: number | null;
  readonly greeting: Reply | null;
  /** The reply to EHLO, or to HELO where EHLO was not understood (RFC 5321 section 3.2). */
  readonly ehlo: { readonly command: 'EHLO' | 'HELO'; readonly reply: Reply } | null;
  readonly starttls: Reply | null;
  /** Bytes the server sent in clear after its reply to STARTTLS, before the handshake; they are never used. */
  readonly clearBytesAfterStartTls: number;
  readonly tls: TlsEvidence | null;
  /** The second EHLO, inside TLS (RFC 3207 section 4.2). */
  readonly ehloAfterTls: Reply | null;
  readonly end: {
    readonly stage: Stage;
    readonly cause: Cause;
    /** The server's or the system's own words; empty when there are none. */
    readonly detail: string;
  };
  readonly transcript: readonly TranscriptLine[];
}

/** What the probe of (address, port, SNI name) saw: one connection, or two when the first hello failed. */
export interface ProbeEvidence {
  readonly ip: string;
  readonly port: number;
  /** The name sent as SNI: the MX host, or the TLSA base domain (RFC 7672 section 8.1). A-label. */
  readonly serverName: string;
  readonly observedAt: string;
  readonly tookMs: number;
  /** In the order they were made; never empty. */
  readonly connections: readonly [ConnectionEvidence, ...ConnectionEvidence[]];
}
