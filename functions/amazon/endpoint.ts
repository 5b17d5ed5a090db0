/** Where services of AWS are spoken to. Source: AWS General Reference, "AWS service endpoints". */
import type { ServiceName } from './service.ts';

/** Of endpoints, by what their region begins with. */
const DOMAINS: readonly (readonly [region: RegExp, domain: string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^/, 'amazonaws.com'],
];

export function endpointOf(name: ServiceName, region: string): string {
  const domain = DOMAINS.find(([regions]) => regions.test(region))?.[1] ?? '';
  return `https://${name}.${region}.${domain}`;
}

/** Of a service, of its FIPS or dual-stack variant (`api.aws`), or of a VPC endpoint (`vpce`). */
const HOST = /\.(?<region>[a-z]+(?:-[a-z]+)+-\d+)\.(?:vpce\.)?(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/;

/**
 * States the region that an address is in, by its name: what is asked there must be signed for that region.
 * @param address of an endpoint or a queue
 * @returns null when it is none of AWS's own names
 */
export function regionOf(address: string): string | null {
  const hostname = URL.parse(address)?.hostname ?? '';
  return HOST.exec(hostname)?.groups?.['region'] ?? null;
}

/**
 * States where a service is spoken to in a deployment, all of which is in one region.
 * @param address of some other part of it
 * @returns null when that does not name the region: it is the one this process runs in, then
 */
export function endpointBeside(address: string, name: ServiceName): string | null {
  const region = regionOf(address);
  return region === null ? null : endpointOf(name, region);
}
