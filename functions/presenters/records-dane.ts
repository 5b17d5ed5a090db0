/** TLSA records from the keys that a domain's servers show, and what has to be done before they count. */
import { createHash } from 'node:crypto';
import { readCertificate } from '../policy/dane/certificate.ts';
import type { RecordReason, RecordsHost, RecordsQuestion, RecordStep } from './record-step.ts';

/** @returns the records of every host, behind what has to come first; or that nothing is to be done */
export function daneSteps({ domain, mxSigned, hosts }: RecordsQuestion): readonly RecordStep[] {
  const steps = hosts.flatMap((host) => hostDaneSteps(host));
  const sign: RecordStep = { step: 'first', what: 'sign-zone-of-domain', subject: domain };
  if (steps.length === 0) {
    const waiting = !mxSigned && hosts.some(({ dane }) => dane.published === 'secure');
    return [waiting ? sign : { step: 'nothing', about: 'dane' }];
  }
  const publishes = steps.some(({ step }) => step === 'publish-record');
  if (publishes) steps.push({ step: 'wait', until: 'ttl-passed' });
  return mxSigned ? steps : [sign, ...steps];
}

function hostDaneSteps(host: RecordsHost): readonly RecordStep[] {
  const base = `_25._tcp.${host.dane.baseDomain ?? host.host}`;
  const { published } = host.dane;
  if (published === 'unavailable') return [{ step: 'first', what: 'look-again', subject: base }];
  if (published === 'bogus') return [{ step: 'first', what: 'repair-signatures', subject: base }];
  const because = daneGap(host);
  if (because === null) return [];
  const steps: RecordStep[] = [];
  if (!host.signed) steps.push({ step: 'first', what: 'sign-zone-of-host', subject: host.host });
  const data = tlsaData(host.certificates);
  if (data.length === 0) {
    steps.push({ step: 'first', what: host.tested ? 'offer-encryption' : 'test-host', subject: host.host });
  }
  for (const one of data) {
    steps.push({ step: 'publish-record', name: `${base}.`, type: 'TLSA', data: one, because });
  }
  return steps;
}

function daneGap({ dane: { status, published, records } }: RecordsHost): RecordReason | null {
  if (status === 'mismatch' || status === 'partial') return 'tlsa-stale';
  if (status === 'unusable') return 'tlsa-unusable';
  // Records that wait for signed MX records are there already.
  if (published === 'secure' && records.length > 0) return null;
  return published === 'none' || published === 'insecure' ? 'tlsa-missing' : null;
}

/**
 * RFC 7672 section 3.1.1: DANE-EE(3) SPKI(1) SHA2-256(1), one for every key that the addresses show, so that a
 * server with an RSA and an ECDSA certificate, or with two machines, needs all of them.
 */
function tlsaData(certificates: readonly string[]): readonly string[] {
  const keys = certificates
    .map((base64) => readCertificate(Buffer.from(base64, 'base64'))?.publicKeyInfo)
    .filter((key) => key !== undefined);
  return [...new Set(keys.map((key) => `3 1 1 ${createHash('sha256').update(key).digest('hex')}`))];
}
