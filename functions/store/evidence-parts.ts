/**
 * Evidence taken apart for keeping, and put together again. Certificates and what a probe saw are the same for
 * every domain on a server, so each is an item of its own and the check's item refers to it.
 */
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { CertificateEvidence, ProbeEvidence } from '../probe/probe-evidence.ts';
import type { ProbeId } from './keys.ts';

export interface EvidenceParts {
  /** The evidence as JSON with references in it. */
  readonly run: string;
  readonly probes: readonly {
    readonly id: ProbeId;
    readonly evidence: ProbeEvidence;
    readonly json: string;
  }[];
  readonly certificates: readonly CertificateEvidence[];
}

interface ProbeReference {
  readonly probe: ProbeId;
}
interface CertificateReference {
  readonly certificate: string;
}

/** What references lead to; `null`: it is not there. */
export interface KnownParts {
  readonly probe: (id: ProbeId) => ProbeEvidence | null;
  readonly certificate: (sha256: string) => CertificateEvidence | null;
}

/** @param probes `within`: what probes saw stays in the check's own JSON */
export function takeApart(evidence: DomainEvidence, probes: 'apart' | 'within'): EvidenceParts {
  const apart = new Map<string, EvidenceParts['probes'][number]>();
  const certificates = new Map<string, CertificateEvidence>();
  const toJson = (value: unknown, whole: unknown): string =>
    JSON.stringify(value, (_, part: unknown) => {
      if (isCertificate(part)) {
        certificates.set(part.sha256, part);
        return { certificate: part.sha256 } satisfies CertificateReference;
      }
      if (probes === 'apart' && isProbe(part) && part !== whole) {
        const { ip, port, serverName, observedAt } = part;
        const id: ProbeId = { ip, port, serverName, observedAt };
        apart.set(JSON.stringify(id), { id, evidence: part, json: toJson(part, part) });
        return { probe: id } satisfies ProbeReference;
      }
      return part;
    });
  const run = toJson(evidence, null);
  return { run, probes: [...apart.values()], certificates: [...certificates.values()] };
}

/** @returns null when something it refers to is missing, or it is not evidence as this program knows it */
export function putTogether(json: string, known: KnownParts): DomainEvidence | null {
  const { revive, complete } = followReferences(known);
  try {
    const evidence: DomainEvidence | null = JSON.parse(json, revive);
    return complete() && evidence?.schema === 'mailtls.evidence/1' ? evidence : null;
  } catch {
    return null;
  }
}

/** The same for what a probe saw. */
export function putProbeTogether(json: string, certificate: KnownParts['certificate']): ProbeEvidence | null {
  const { revive, complete } = followReferences({ certificate, probe: () => null });
  try {
    const evidence: ProbeEvidence | null = JSON.parse(json, revive);
    return complete() && isProbe(evidence) ? evidence : null;
  } catch {
    return null;
  }
}

function followReferences(known: KnownParts) {
  let complete = true;
  const found = <T>(part: T | null): T | null => {
    if (part === null) complete = false;
    return part;
  };
  return {
    complete: () => complete,
    revive: (_: string, part: unknown): unknown => {
      if (isCertificateReference(part)) return found(known.certificate(part.certificate));
      if (isProbeReference(part)) return found(known.probe(part.probe));
      return part;
    },
  };
}

/** States what the JSON of a check or a probe refers to, each once: a batch is refused that names one item twice. */
export function referencesIn(json: string): {
  readonly probes: readonly ProbeId[];
  readonly certificates: readonly string[];
} {
  const probes = new Map<string, ProbeId>();
  const certificates = new Set<string>();
  putTogether(json, {
    probe: (id) => {
      probes.set(JSON.stringify(id), id);
      return null;
    },
    certificate: (sha256) => {
      certificates.add(sha256);
      return null;
    },
  });
  return { probes: [...probes.values()], certificates: [...certificates] };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCertificate = (value: unknown): value is CertificateEvidence =>
  isRecord(value) && typeof value['sha256'] === 'string' && typeof value['derBase64'] === 'string';

const isProbe = (value: unknown): value is ProbeEvidence =>
  isRecord(value) && Array.isArray(value['connections']) && typeof value['serverName'] === 'string';

const isOnly = (value: unknown, name: string): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && name in value && Object.keys(value).length === 1;

const isCertificateReference = (value: unknown): value is CertificateReference =>
  isOnly(value, 'certificate') && typeof value['certificate'] === 'string';

const isProbeReference = (value: unknown): value is ProbeReference =>
  isOnly(value, 'probe') && isRecord(value['probe']);
