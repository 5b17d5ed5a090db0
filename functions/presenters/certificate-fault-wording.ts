/** What is wrong with a certificate, in two words. */
import type { CertificateFault } from '../assessment/assessment.ts';

/** A report may come from a service that knows more faults than we do. */
export const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  'certificate-host-mismatch': 'other name',
  'certificate-expired': 'expired',
  'certificate-not-trusted': 'not trusted',
  'certificate-not-yet-valid': 'not yet valid',
  'self-signed': 'self-signed',
  'chain-incomplete': 'chain incomplete',
  'key-too-small': 'key too small',
  'signature-too-weak': 'weak signature',
  'common-name-only': 'no DNS name',
} satisfies Readonly<Record<CertificateFault, string>>;
