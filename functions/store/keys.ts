/**
 * Where things are in the one table. `pk` gathers what is read together, `sk` orders it:
 *
 *     DOMAIN#vendor.com    LATEST                      what the last check saw, and the state the domain is in
 *     DOMAIN#vendor.com    RUN#2026-11-22T01:02:03.456Z  a state it was in, from then on
 *     DOMAIN#vendor.com    EVIDENCE#2026-…             what the check saw that a state began with
 *     DOMAIN#vendor.com    PASSING                     what a check saw that is not kept, for who waits for it
 *     MXIP#192.0.2.1       25#mx.vendor.com#2026-…      what one probe saw; all domains on that server share it
 *     CERT#<sha256>        DER                         a certificate
 *     LOCK#vendor.com      LOCK                        who is checking the domain
 *     LOCK#vendor.com      LOCK#QUEUED                 a check of it waits in a queue
 *     WAITS#vendor.com     ID#<id>                     somebody waits elsewhere for its answer
 *     EGRESS               LAST                        what the canaries said
 *     ONCE#<sha256>        ONCE                        something was done that is done once
 *     AGENT#<id>           RESULT                      what an agent's probe saw, for the check that waits for it
 *     MANNERS#192.0.2.1    LEASE                       who is connected to the address
 *     MANNERS#vendor.com   SLOT#0                      who is connected to one of the operator's servers
 *     MANNERS#vendor.com   START                       when the next connection to one of them may begin
 *     MANNERS#vendor.com   ALONE                       until when the operator is left alone
 *     SLACKTEAM#T0123      RECENT#U0123                what a person in Slack asked about last
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What a probe's result belongs to, and when it was made. The name sent as SNI picks the certificate. */
export interface ProbeId {
  readonly ip: string;
  readonly port: number;
  readonly serverName: string;
  readonly observedAt: string;
}

export const RUN_PREFIX = 'RUN#';

/** @param domain A-label, lower case, no trailing dot; so is every name below */
export const domainPartition = (domain: string): string => `DOMAIN#${domain}`;
export const latestKey = (domain: string): Key => ({ pk: domainPartition(domain), sk: 'LATEST' });
/** @param observedAt ISO 8601, UTC: in this form times sort as text does */
export const runKey = (domain: string, observedAt: string): Key => ({
  pk: domainPartition(domain),
  sk: `${RUN_PREFIX}${observedAt}`,
});

export const evidenceKey = (domain: string, observedAt: string): Key => ({
  pk: domainPartition(domain),
  sk: `EVIDENCE#${observedAt}`,
});

export const passingKey = (domain: string): Key => ({ pk: domainPartition(domain), sk: 'PASSING' });

export const addressPartition = (ip: string): string => `MXIP#${ip}`;
export const probePrefix = ({ port, serverName }: Pick<ProbeId, 'port' | 'serverName'>): string =>
  `${port}#${serverName}#`;
export const probeKey = (id: ProbeId): Key => ({
  pk: addressPartition(id.ip),
  sk: `${probePrefix(id)}${id.observedAt}`,
});

export const certificateKey = (sha256: string): Key => ({ pk: `CERT#${sha256}`, sk: 'DER' });
export const EGRESS_KEY: Key = { pk: 'EGRESS', sk: 'LAST' };

export const LOCK_PREFIX = 'LOCK';
export const lockPartition = (domain: string): string => `LOCK#${domain}`;
export const lockKey = (domain: string): Key => ({ pk: lockPartition(domain), sk: LOCK_PREFIX });
export const queuedKey = (domain: string): Key => ({
  pk: lockPartition(domain),
  sk: `${LOCK_PREFIX}#QUEUED`,
});

export const WAITS_PREFIX = 'ID#';
/** A partition of its own: who waits is written by doors that may not write evidence. */
export const waitsPartition = (domain: string): string => `WAITS#${domain}`;
/** @param id whoever waits: no two at once have the same for a domain */
export const waitsKey = (domain: string, id: string): Key => ({
  pk: waitsPartition(domain),
  sk: `${WAITS_PREFIX}${id}`,
});

export const onceKey = (sha256: string): Key => ({ pk: `ONCE#${sha256}`, sk: 'ONCE' });

export const RECENT_PREFIX = 'RECENT#';
export const teamPartition = (teamId: string): string => `SLACKTEAM#${teamId}`;
export const recentKey = (teamId: string, userId: string): Key => ({
  pk: teamPartition(teamId),
  sk: `${RECENT_PREFIX}${userId}`,
});

/** @param id of one probe; an agent may write below `AGENT#` and nowhere else */
export const agentResultKey = (id: string): Key => ({ pk: `AGENT#${id}`, sk: 'RESULT' });

export const addressLeaseKey = (ip: string): Key => ({ pk: `MANNERS#${ip}`, sk: 'LEASE' });
/** @param operator the registrable domain of an MX host */
export const operatorSlotKey = (operator: string, slot: number): Key => ({
  pk: `MANNERS#${operator}`,
  sk: `SLOT#${slot}`,
});
export const operatorStartKey = (operator: string): Key => ({ pk: `MANNERS#${operator}`, sk: 'START' });
export const operatorAloneKey = (operator: string): Key => ({ pk: `MANNERS#${operator}`, sk: 'ALONE' });
