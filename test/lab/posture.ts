/**
 * What a mail server says and does, as data: a script for each stage of the session (RFC 5321 section 3.1,
 * RFC 3207 section 4), and the TLS it speaks. The scripts are run by `smtp-server.ts`.
 */
import type { CertificateKind } from './authority.ts';

/** One thing a server does. A text is a line, sent with its CRLF; `{host}` stands for the server's own name. */
export type Step =
  | string
  /** Bytes exactly as they are, in a segment of their own. */
  | { readonly bytes: string }
  /** Bytes in the same segment as what the next step sends. */
  | { readonly together: readonly string[] }
  | { readonly waitSeconds: number }
  /** A line, one byte at a time. */
  | { readonly stutter: string; readonly everySeconds: number }
  /** A line again and again until the client leaves. */
  | { readonly forever: string; readonly everySeconds: number }
  /** The same bytes again and again, as fast as they are taken. */
  | { readonly floodWith: string }
  /** `silence`: nothing more is said, the connection stays. `close`: a FIN. `reset`: an RST. */
  | { readonly ending: 'silence' | 'close' | 'reset' };
export type Script = readonly Step[];

/** How the server does TLS. */
export interface Tls {
  readonly certificate?: CertificateKind;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** OpenSSL's cipher string. */
  readonly ciphers?: string;
  /** Key exchange groups, in the server's order of preference, joined by colons. */
  readonly groups?: string;
}
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface Posture {
  /** What it is there to show, in a phrase. */
  readonly shows: string;
  readonly greeting?: Script;
  /** EHLO keywords; STARTTLS is offered only where it stands here. */
  readonly keywords?: readonly string[];
  /** The whole reply to EHLO, instead of one made from `keywords`. */
  readonly ehlo?: Script;
  readonly helo?: Script;
  /** The reply to STARTTLS; TLS follows where it begins with 220. */
  readonly starttls?: Script;
  readonly tls?: Tls;
  /** What is done in TLS's place once the client's first handshake bytes have come. */
  readonly insteadOfHandshake?: Script;
  /** EHLO keywords inside TLS. */
  readonly keywordsInsideTls?: readonly string[];
  readonly quit?: Script;
  /** After the client closes TLS without QUIT, what is said in clear on the bare connection. */
  readonly afterTls?: Script;
}
