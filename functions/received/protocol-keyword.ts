/**
 * The word after `with` names the protocol a server received the message by. RFC 5321 section 4.4 knows SMTP
 * and ESMTP; RFC 3848 section 1 adds an S when STARTTLS was negotiated and an A when the client authenticated;
 * RFC 6531 section 4.3 adds the UTF8 ones. Software writes others of its own.
 */
export type Transport = 'smtp' | 'lmtp' | 'http' | 'mapi' | 'local' | 'retrieval' | 'other';

export interface ProtocolKeyword {
  readonly transport: Transport;
  /** Whether the keyword itself says that the session was under TLS. */
  readonly tls: boolean;
}

const row = (transport: Transport, tls = false): ProtocolKeyword => ({ transport, tls });

const KEYWORDS: ReadonlyMap<string, ProtocolKeyword> = new Map(
  Object.entries({
    // RFC 5321 section 4.4, RFC 3848 section 1.
    SMTP: row('smtp'),
    ESMTP: row('smtp'),
    ESMTPA: row('smtp'),
    ESMTPS: row('smtp', true),
    ESMTPSA: row('smtp', true),
    LMTP: row('lmtp'),
    LMTPA: row('lmtp'),
    LMTPS: row('lmtp', true),
    LMTPSA: row('lmtp', true),
    // RFC 6531 section 4.3.
    UTF8SMTP: row('smtp'),
    UTF8SMTPA: row('smtp'),
    UTF8SMTPS: row('smtp', true),
    UTF8SMTPSA: row('smtp', true),
    UTF8LMTP: row('lmtp'),
    UTF8LMTPA: row('lmtp'),
    UTF8LMTPS: row('lmtp', true),
    UTF8LMTPSA: row('lmtp', true),
    // Unregistered: Google, Yahoo, Zoho and Exim for a session that began with HELO, before it or under TLS.
    SMTPS: row('smtp', true),
    SMTPSA: row('smtp', true),
    SMTPA: row('smtp'),
    // Exim 3 and others, for a client that authenticated.
    ASMTP: row('smtp'),
    'MICROSOFT SMTP SERVER': row('smtp'),
    'MICROSOFT SMTPSVC': row('smtp'),
    HTTP: row('http'),
    HTTPS: row('http', true),
    HTTPU: row('http'),
    REST: row('http'),
    'MICROSOFT EXCHANGE SERVER HTTP-DAV': row('http'),
    MAPI: row('mapi'),
    LOCAL: row('local'),
    // Exim, from a program's standard input.
    'LOCAL-SMTP': row('local'),
    'LOCAL-ESMTP': row('local'),
    'LOCAL-BSMTP': row('local'),
    // Retrieval says how a mailbox was emptied, with the same words over TLS and in clear.
    IMAP: row('retrieval'),
    POP3: row('retrieval'),
    'POP3-SSL': row('retrieval'),
  }),
);

const OTHER: ProtocolKeyword = row('other');

const lookUp = (written: string): ProtocolKeyword | undefined =>
  KEYWORDS.get(written) ?? KEYWORDS.get(written.toUpperCase());

/** The registered or known meaning of a keyword, in any case; a keyword nobody knows says nothing of TLS. */
export const protocolKeyword = (written: string): ProtocolKeyword => lookUp(written) ?? OTHER;

export const isProtocolKeyword = (written: string): boolean => lookUp(written) !== undefined;
