/** Why a mail server has no address to ask, in a few words. */
import type { ReportServer } from './report-schema.ts';

export const ADDRESS_LACKS: Readonly<Record<ReportServer['dns']['status'], string>> = {
  records: 'no address',
  'no-data': 'no address',
  'name-error': 'no such name',
  bogus: 'forged or broken DNS (DNSSEC)',
  unavailable: 'address lookup failed',
  'not-public': 'no public address',
};
