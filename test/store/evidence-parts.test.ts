import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { CertificateEvidence, ProbeEvidence } from '../../functions/probe/probe-evidence.ts';
import { putProbeTogether, putTogether, takeApart } from '../../functions/store/evidence-parts.ts';
import { packBody, unpackBody } from '../../functions/store/item-body.ts';
import { connection, domain, host, made, SOUND_TLS } from '../assessment/observed.ts';

/** What is known of parts: those that `takeApart` gave, and no others. */
function whole(evidence: DomainEvidence, without: readonly string[] = []): DomainEvidence | null {
  const parts = takeApart(evidence, 'apart');
  const certificates = new Map<string, CertificateEvidence>(
    parts.certificates.map((certificate) => [certificate.sha256, certificate]),
  );
  for (const sha256 of without) certificates.delete(sha256);
  const certificate = (sha256: string) => certificates.get(sha256) ?? null;
  const probe = ({ ip, serverName }: { ip: string; serverName: string }): ProbeEvidence | null => {
    const found = parts.probes.find(({ id }) => id.ip === ip && id.serverName === serverName);
    return found === undefined ? null : putProbeTogether(found.json, certificate);
  };
  return putTogether(parts.run, { certificate, probe });
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('{"certificate":"x"}', '{"probe":{"ip":"1"}}', '__proto__', '\u2028', 'null'),
);

test('evidence taken apart and put together is the same, whatever servers say', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 8 }), fc.integer({ min: 0, max: 4 }), (lines, chainLength) => {
      const chain = Array.from({ length: chainLength }, (_, at) => ({
        sha256: `${at}`.repeat(64),
        derBase64: 'AAAA',
      }));
      const transcript = lines.map((line, atMs) => ({ atMs, from: 'server' as const, line }));
      const session = connection({ transcript, tls: { ...SOUND_TLS, chain } });
      const evidence = domain([host([made('192.0.2.1', session), made('192.0.2.2', session)])]);
      expect(whole(evidence)).toEqual(evidence);
    }),
  );
});

test('evidence of which a certificate is missing is not put together', () => {
  const evidence = domain([host([made('192.0.2.1', connection())])]);
  expect(
    whole(
      evidence,
      SOUND_TLS.chain.map(({ sha256 }) => sha256),
    ),
  ).toBeNull();
});

test('what is no evidence, or that of another version, is not taken for it', () => {
  const nothing = { certificate: () => null, probe: () => null };
  for (const text of ['', 'null', '[]', '{}', '{"schema":"mailtls.evidence/2"}', '{"schema":']) {
    expect(putTogether(text, nothing)).toBeNull();
    expect(putProbeTogether(text, () => null)).toBeNull();
  }
});

test('a body is what was packed, and nothing else is a body', async () => {
  const packed = await packBody('{"a":1}');
  expect(packed.ok && (await unpackBody(packed.value))).toBe('{"a":1}');
  for (const other of [null, 'text', new Uint8Array([1, 2, 3]), new Uint8Array()]) {
    expect(await unpackBody(other)).toBeNull();
  }
});
