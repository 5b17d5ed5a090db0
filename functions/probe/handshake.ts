/**
 * Two ways of saying hello in TLS. A hello that offers everything cannot tell what real senders get, so the
 * first is the one today's senders use; only when it comes to nothing, a second shows whether the server is
 * merely old. Any certificate is accepted here: what it is worth is judged later, from what was recorded.
 */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';
import { takeSentChain } from './certificate.ts';
import type { TlsEvidence } from './probe-evidence.ts';

export type Hello = 'modern' | 'legacy';

/** Neither NULL nor anonymous suites: no sender would get encryption to this server from them. */
const HELLOS: Record<Hello, SecureContextOptions & { readonly minDHSize: number }> = {
  /** OpenSSL's own groups (ML-KEM with X25519 first, since 3.5) and security level. RFC 8996 section 4, RFC 8996 section 5. */
  modern: {
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: 'DEFAULT:!aNULL:!eNULL',
    secureOptions: constants.SSL_OP_NO_TICKET,
    minDHSize: 1024,
  },
  /**
   * Groups without ML-KEM keep the hello inside one segment, which old middleboxes need. Servers from before
   * RFC 5746 section 4.1 cannot promise safe renegotiation; we never renegotiate.
   */
  legacy: {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.3',
    ciphers: 'ALL:!aNULL:!eNULL:@SECLEVEL=0',
    ecdhCurve: 'X25519:P-256:X448:P-384:P-521',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_LEGACY_SERVER_CONNECT,
    minDHSize: 1,
  },
};

/** Starts a handshake on an open connection. */
export type StartHandshake = (raw: Socket, hello: Hello, serverName: string) => TLSSocket;

/**
 * States how handshakes are started. The contexts, which hold every trusted root, are made once, when first used.
 * @param trustedRoots certificates in PEM to trust instead of the machine's
 */
export function createHandshakes(trustedRoots?: readonly string[]): StartHandshake {
  const contexts = new Map<Hello, SecureContext>();
  return (raw, hello, serverName) => {
    const { minDHSize, ...options } = HELLOS[hello];
    let secureContext = contexts.get(hello);
    if (secureContext === undefined) {
      secureContext = createSecureContext(
        trustedRoots === undefined ? options : { ...options, ca: [...trustedRoots] },
      );
      contexts.set(hello, secureContext);
    }
    const secured = connect({
      socket: raw,
      secureContext,
      minDHSize,
      servername: serverName,
      rejectUnauthorized: false,
      // Names are judged later, so that OpenSSL's verdict on the chain stands alone.
      checkServerIdentity: () => undefined,
    });
    // For that check Node would first write out the whole chain, which costs a third of a bare handshake.
    Object.defineProperty(secured, 'getPeerCertificate', { value: () => null });
    return secured;
  };
}

export interface HandshakeResult {
  readonly tls: TlsEvidence;
  /** In words: what was agreed, and what was left out. */
  readonly notes: readonly string[];
}

/** States what a finished handshake agreed on. To be asked at once, and once: see `takeSentChain`. */
export function describeHandshake(socket: TLSSocket): HandshakeResult {
  const version = socket.getProtocol() ?? '';
  const cipher = socket.getCipher().name;
  const group = keyExchangeGroup(socket);
  const { certificates, leftOut } = takeSentChain(socket);
  // The types promise an Error; Node gives OpenSSL's name of the fault.
  const fault: unknown = socket.authorizationError;
  const chainError = socket.authorized ? null : typeof fault === 'string' ? fault : 'UNSPECIFIED';
  const notes = [[version, cipher, group].filter((part) => part !== null).join(', ')];
  notes.push(`certificate chain of ${certificates.length + leftOut}, ${chainError ?? 'trusted'}`);
  if (leftOut > 0) notes.push(`${leftOut} certificates of the chain are left out`);
  return { tls: { version, cipher, group, chain: certificates, chainLeftOut: leftOut, chainError }, notes };
}

function keyExchangeGroup(socket: TLSSocket): string | null {
  const key: { readonly type?: unknown; readonly name?: unknown; readonly size?: unknown } =
    socket.getEphemeralKeyInfo() ?? {};
  if (key.type === 'DH') return `DH ${String(key.size)}`;
  return typeof key.name === 'string' ? key.name : null;
}
