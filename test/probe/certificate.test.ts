import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { takeSentChain } from '../../functions/probe/certificate.ts';
import type { SentChain } from '../../functions/probe/certificate.ts';
import { makeAuthority } from '../lab/authority.ts';
import { listen } from '../lab/listener.ts';

const HOST = 'mx.chain.example';
const authority = makeAuthority();
const { cert, key } = authority.credentials('sound', HOST);
const [leaf = '', intermediate = ''] = cert.split(/(?<=-----END CERTIFICATE-----\n)/);
const root = authority.rootPem;
const stranger = makeAuthority().rootPem;

/** What a client that trusts the lab's root records of a server that sends these certificates. */
async function record(sent: readonly string[], maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<SentChain> {
  const tls = createServer({ key, cert: sent.join(''), maxVersion });
  tls.on('secureConnection', (socket) => socket.on('error', () => socket.destroy()));
  const server = await listen('127.0.0.1', 0, (socket) => void tls.emit('connection', socket), 0);
  const socket = connect({
    port: server.port,
    host: '127.0.0.1',
    servername: HOST,
    ca: [root],
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const chain = takeSentChain(socket);
  socket.destroy();
  await server.close();
  return chain;
}

const pem = (derBase64: string): string => new X509Certificate(Buffer.from(derBase64, 'base64')).toString();

describe('the chain that is recorded', () => {
  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('in %s', (version) => {
    it.each([
      ['whole', [leaf, intermediate]],
      ['without its intermediate', [leaf]],
      ['with its root', [leaf, intermediate, root]],
      ['in the wrong order', [leaf, root, intermediate]],
      ['with certificates that do not belong', [leaf, stranger, intermediate, stranger]],
      ['with a certificate twice', [leaf, leaf, intermediate]],
    ])('is the one sent, %s', async (_kind, sent) => {
      const { certificates, leftOut } = await record(sent, version);
      expect(certificates.map(({ derBase64 }) => pem(derBase64))).toStrictEqual(
        sent.map((one) => new X509Certificate(one).toString()),
      );
      expect(leftOut).toBe(0);
    });
  });

  it('has the digest of each certificate, in lower-case hexadecimal', async () => {
    const { certificates } = await record([leaf], 'TLSv1.3');
    const expected = new X509Certificate(leaf).fingerprint256.replaceAll(':', '').toLowerCase();
    expect(certificates[0]?.sha256).toBe(expected);
  });

  it('is cut after twenty certificates, and says how many more there were', async () => {
    const { certificates, leftOut } = await record(
      [leaf, ...Array.from({ length: 30 }, () => stranger)],
      'TLSv1.3',
    );
    expect(certificates).toHaveLength(20);
    expect(leftOut).toBe(11);
  });
});
