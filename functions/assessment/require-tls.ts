/**
 * Whether a sender can rely on REQUIRETLS: mail so marked is sent encrypted, to a server known to be the right one
 * that takes on the same duty, or comes back (RFC 8689 section 4.2.1). The server has to offer it inside TLS; its name
 * has to come from signed MX records or match an MTA-STS policy; and its certificate has to be right for that
 * name, by DANE or by a public authority.
 */
import type { MailExchangers } from '../dns/mail-exchangers.ts';
import { isFailure } from '../dns/answer.ts';
import type { HostDane } from './dane.ts';
import type { HostMtaSts, MtaStsState } from './mta-sts.ts';
import { isUnfit } from './mta-sts.ts';
import type { SenderAddress } from './sender-host.ts';

/** `in-part`: not every server offers it. `unproven`: all do, and they could be anyone's. */
export type RequireTlsJudgement = 'not-offered' | 'in-part' | 'unproven' | 'unknown' | 'reliable';

export interface RequireTlsHost {
  readonly leadsNowhere: boolean;
  readonly addresses: readonly (SenderAddress & { readonly requireTls: boolean })[];
  readonly dane: Pick<HostDane, 'status'>;
  readonly mtaSts: HostMtaSts;
}

/** Judges a domain's servers together, as a sender may meet any of them. */
export function assessRequireTls(
  { answer }: MailExchangers,
  hosts: readonly RequireTlsHost[],
  { status }: MtaStsState,
): RequireTlsJudgement {
  const reachable = hosts.filter(({ leadsNowhere }) => !leadsNowhere);
  const addresses = reachable.flatMap((host) => host.addresses.map((address) => ({ host, address })));
  if (!addresses.some(({ address }) => address.requireTls)) return 'not-offered';
  if (addresses.some(({ address }) => isTested(address) && !address.requireTls)) return 'in-part';
  const signed = !isFailure(answer) && answer.securityStatus === 'secure';
  const proven = addresses.every(
    ({ host: { dane, mtaSts }, address }) =>
      !REFUSED.has(dane.status) &&
      (mtaSts === 'pass' || (signed && (address.dane === 'match' || isFit(address)))),
  );
  if (proven && addresses.every(({ address }) => isTested(address))) return 'reliable';
  // What could not be looked at may be what proves them.
  const open =
    status === 'unavailable' ||
    isFailure(answer) ||
    answer.securityStatus === 'indeterminate' ||
    addresses.some(({ address }) => !isTested(address)) ||
    reachable.some(({ dane }) => dane.status === 'unavailable' || dane.status === 'bogus');
  return open ? 'unknown' : 'unproven';
}

/** Senders that check DANE leave such a host alone, whatever else speaks for it. */
const REFUSED: ReadonlySet<HostDane['status']> = new Set<HostDane['status']>([
  'mismatch',
  'partial',
  'bogus',
]);

const isTested = ({ outcome }: SenderAddress): boolean =>
  outcome === 'encrypted' || outcome === 'not-offered' || outcome === 'starttls-failed';

const isFit = ({ certificateFaults: faults }: SenderAddress): boolean =>
  faults !== null && !faults.some(isUnfit);
