/**
 * The certificate chain as the server sent it. What a client builds from it is another matter: it drops what
 * does not fit and adds roots of its own, so a missing intermediate or a chain out of order would not be seen.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { CertificateEvidence } from './probe-evidence.ts';

const CHAIN_BYTES = 65_536;
const CHAIN_CERTIFICATES = 20;

export interface SentChain {
  /** The server's own certificate first, the others in the order sent, up to 64 KiB and 20 certificates. */
  readonly certificates: readonly CertificateEvidence[];
  /** How many more were sent and are left out. */
  readonly leftOut: number;
}

/**
 * States the chain that came in the handshake of this session. It can be asked once: Node takes the
 * certificates out of OpenSSL's list as it hands them over. `issuerCertificate` is then the next certificate
 * that was sent, whether or not it issued anything.
 */
export function takeSentChain(socket: TLSSocket): SentChain {
  const certificates: CertificateEvidence[] = [];
  let sizeBytes = 0;
  let leftOut = 0;
  let certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (certificate !== undefined) {
    const der = certificate.raw;
    sizeBytes += der.length;
    if (certificates.length < CHAIN_CERTIFICATES && sizeBytes <= CHAIN_BYTES) {
      certificates.push({
        sha256: createHash('sha256').update(der).digest('hex'),
        derBase64: der.toString('base64'),
      });
    } else leftOut += 1;
    certificate = certificate.issuerCertificate;
  }
  return { certificates, leftOut };
}
