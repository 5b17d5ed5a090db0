/**
 * What senders see that know nothing of DANE. An exchange that is an alias is probed under its TLSA base domain
 * (RFC 7672 section 8.1), while MTA-STS has the sender name the MX host (RFC 8461 section 7.1), and the name picks the
 * certificate. The one that was shown will do when it is for both names; else the host is asked again by its own.
 */
import type { TlsEvidence } from '../probe/probe-evidence.ts';
import type { ProbeResult } from '../probe/prober.ts';
import type { CertificateFault } from './assessment.ts';
import { assessCertificate } from './certificate.ts';
import type { HostEvidence } from './domain-evidence.ts';
import { sessionOutcome, tellsOfTls } from './session-outcome.ts';

/** A TLS session with an address, and the name it was asked for. */
export interface NamedTls extends TlsEvidence {
  readonly serverName: string;
  readonly observedAt: string;
}

/**
 * States whether an address is to be asked by the MX host's name too. One that took two connections is not: it has
 * had as many as a check may make.
 */
export function wantsHostNameLook(host: string, probe: ProbeResult): boolean {
  if (probe.attempt !== 'made' || probe.evidence.serverName === host) return false;
  const tls = tlsOf(probe);
  return probe.evidence.connections.length === 1 && tls !== null && isForAnotherName(faultsFor(host, tls));
}

/**
 * States the faults of the certificate that an address shows to who asks for the MX host; null where none was
 * seen. A server that fails under this name has none that is better than what it showed under the other.
 * @param host A-label, no trailing dot
 */
export function faultsUnderHostName(
  ip: string,
  host: string,
  seen: HostEvidence | undefined,
): readonly CertificateFault[] | null {
  const last = lastTls(ip, seen);
  if (last === null) return null;
  const faults = faultsFor(host, last);
  if (last.serverName === host || !isForAnotherName(faults)) return faults;
  const look = seen?.hostNameLook?.find((probe) => probe.attempt === 'made' && probe.evidence.ip === ip);
  if (look === undefined || !tellsOfTls(sessionOutcome(look).outcome)) return null;
  const shown = tlsOf(look);
  return shown === null ? faults : faultsFor(host, shown);
}

/** States the last TLS session with an address, second look included; null where there was none. */
export function lastTls(ip: string, seen: HostEvidence | undefined): NamedTls | null {
  for (const result of [...(seen?.secondLook ?? []), ...(seen?.probes ?? [])]) {
    const tls = result.attempt === 'made' && result.evidence.ip === ip ? tlsOf(result) : null;
    if (tls !== null) return tls;
  }
  return null;
}

function tlsOf(result: ProbeResult): NamedTls | null {
  if (result.attempt !== 'made') return null;
  const { connections, serverName } = result.evidence;
  const connection = connections.findLast(({ tls }) => tls !== null);
  return connection?.tls ? { ...connection.tls, serverName, observedAt: connection.observedAt } : null;
}

/** Null for a certificate that cannot be read. */
const faultsFor = (host: string, tls: NamedTls): readonly CertificateFault[] | null =>
  assessCertificate(tls, host, tls.observedAt).certificate?.faults ?? null;

const isForAnotherName = (faults: readonly CertificateFault[] | null): boolean =>
  faults?.some((fault) => fault === 'certificate-host-mismatch' || fault === 'common-name-only') ?? false;
