/**
 * Looking up what a domain publishes about the encryption of its mail. Nothing here waits for a mail server, so
 * all of it runs beside the probe: the domain's own policies need only its name and start with the MX lookup; a
 * host's TLSA records start as soon as its addresses are known.
 */
import type { Answer } from '../dns/answer.ts';
import type { HostAddresses } from '../dns/host-addresses.ts';
import type { HostTlsa } from './dane/tlsa-base-domain.ts';
import { lookUpTlsa } from './dane/tlsa-base-domain.ts';
import type { MtaStsFetchTools } from './mta-sts/fetch.ts';
import { fetchMtaStsPolicy } from './mta-sts/fetch.ts';
import { parseMtaStsRecord } from './mta-sts/record.ts';
import type { DomainPolicyEvidence, MtaStsEvidence } from './policy-evidence.ts';
import { lookUpTlsReporting } from './tls-reporting.ts';

export interface PolicyTools extends MtaStsFetchTools {
  /** The port of the mail servers, which is part of a TLSA record's name. */
  readonly smtpPort: number;
}

/** An MX host whose addresses are being looked up; null addresses: not a host name. */
export interface PolicyHost {
  readonly host: string;
  readonly addresses: Promise<HostAddresses | null>;
}

/**
 * Looks up MTA-STS and TLS reporting.
 * @param domain the domain the mail is for: A-label, no trailing dot. Policies are not inherited (RFC 8461
 *   section 3.4, RFC 8460 section 3): those of a parent domain say nothing about it.
 * @param signal the deadline; what did not come until then is a failed lookup or fetch
 */
export async function lookUpDomainPolicy(
  domain: string,
  tools: PolicyTools,
  signal: AbortSignal,
): Promise<DomainPolicyEvidence> {
  const [mtaSts, tlsReporting] = await Promise.all([
    lookUpMtaSts(domain, tools, signal),
    lookUpTlsReporting(domain, tools.resolver, signal),
  ]);
  return { mtaSts, tlsReporting };
}

/** Looks up one host's TLSA records. */
export async function lookUpHostPolicy(
  host: PolicyHost,
  tools: PolicyTools,
  signal: AbortSignal,
): Promise<HostTlsa> {
  return lookUpTlsa(host.host, await host.addresses, tools.resolver, tools.smtpPort, signal);
}

async function lookUpMtaSts(
  domain: string,
  tools: PolicyTools,
  signal: AbortSignal,
): Promise<MtaStsEvidence> {
  const record: Answer<'TXT'> = await tools.resolver.lookUp(`_mta-sts.${domain}`, 'TXT', signal);
  const announced = record.outcome === 'records' && parseMtaStsRecord(record.records).status === 'valid';
  return { record, fetch: announced ? await fetchMtaStsPolicy(domain, tools, signal) : null };
}
