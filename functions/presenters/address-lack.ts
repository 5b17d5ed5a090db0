/** Why there is no address of a mail server to ask, in a few words: what its MX record says comes before the DNS. */
import type { Look } from './answer-look.ts';
import type { ReportServer } from './report-schema.ts';

const known = (word: string): Look => ({ icon: '✘', word, tone: 'bad' });
const notKnown = (word: string): Look => ({ icon: '?', word, tone: 'unknown' });

/** Such a name is never looked up, so nothing can be said of its addresses. */
const FAULTS: Readonly<Record<Exclude<NonNullable<ReportServer['fault']>, 'alias'>, Look>> = {
  'address-literal': known('an IP address, not a name'),
  localhost: known("the sender's own machine"),
  'null-mx-among-others': known('"no mail here" (null MX)'),
  'not-a-host-name': known('not a host name'),
};

const LOOKUPS: Readonly<Record<ReportServer['dns']['status'], Look>> = {
  records: notKnown('not tested'),
  'no-data': known('no address'),
  'name-error': known('no such name'),
  bogus: notKnown('forged or broken DNS (DNSSEC)'),
  unavailable: notKnown('address lookup failed'),
  'not-public': known('no public address'),
};

export const addressLack = ({ fault, dns }: Pick<ReportServer, 'fault' | 'dns'>): Look =>
  fault === null || fault === 'alias' ? LOOKUPS[dns.status] : FAULTS[fault];
