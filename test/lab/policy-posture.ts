/** What an MTA-STS policy host answers (RFC 8461 section 3.3), as data; it is served by `policy-hosts.ts`. */
import type { CertificateKind } from './authority.ts';

export interface PolicyPosture {
  /** Lines of the policy, each sent with a LF; `{domain}` stands for the policy domain. */
  readonly policy?: readonly string[];
  /** In place of LF. */
  readonly lineEnd?: string;
  readonly certificate?: CertificateKind;
  readonly status?: number;
  /** `{domain}` as in the policy. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Null leaves the header out. */
  readonly mediaType?: string | null;
  /**
   * `endless`: a byte now and then, and never the last one. `silence`: the request is not answered. `reset`: an RST
   * at the connection. `not-http`: the request is answered in SMTP.
   */
  readonly instead?: 'endless' | 'silence' | 'reset' | 'not-http';
}
