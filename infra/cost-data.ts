/**
 * What the costs of a deployment are reckoned from: prices, what a check uses, and what is assumed of the internet.
 * The first are AWS's, the second are measured by `test/infra/cost-measures.test.ts`, the third are guesses to be
 * replaced by what the dashboard of a deployment shows.
 */

/** List prices of us-east-1 in dollars, without free tiers. Source: AWS's price pages by way of public tables. */
export const PRICES = {
  date: '2026-11-22',
  region: 'us-east-1',
  lambdaGbSecond: 0.000_013_333_4,
  lambdaMillionRequests: 0.2,
  httpApiMillionRequests: 1,
  sqsMillionRequests: 0.4,
  dynamoMillionWrites: 0.625,
  dynamoMillionReads: 0.125,
  dynamoGbMonth: 0.25,
  dynamoBackupGbMonth: 0.2,
  logsGb: 0.5,
  natHour: 0.045,
  natGb: 0.045,
  transferGb: 0.09,
  ipv4Hour: 0.005,
  secretMonth: 0.4,
  alarmMetricMonth: 0.1,
  metricMonth: 0.3,
  dashboardMonth: 3,
} as const;

/** Of the functions, in GB: what `infra/` gives them. */
export const MEMORY_GB = { http: 0.5, check: 1, probe: 0.5 } as const;

/** Used by one check, as measured on 2026-11-22 with the lab behind it. Units are those of DynamoDB on demand. */
export const MEASURED = {
  /** The door: is it stored, is it ordered already; the order. */
  order: { reads: 3, writes: 1 },
  /** The check of a domain with one address. */
  check: { reads: 4, writes: 8, keptBytes: 4_150 },
  /** Each further address. */
  address: { reads: 0, writes: 1.6, keptBytes: 1_400 },
  /** An answer from the store. */
  stored: { reads: 5, writes: 0 },
  /** Leases of one probe, given back afterwards; loopback is exempt from them, so these are counted in the source. */
  manners: { reads: 2, writes: 5 },
  /** The row that an agent's result is in. */
  agentResult: { writes: 3 },
  /** Over TCP in one probe, both ways, ML-KEM and certificates among them. */
  probeBytes: { sent: 1_800, received: 3_300 },
} as const;

/** Guesses of what cannot be measured without the internet. */
export const ASSUMED = {
  addressesPerDomain: 3,
  checkSeconds: 6,
  probeSeconds: 2.5,
  /** Of a stored answer. */
  storedSeconds: 0.06,
  /** While a request waits for its check, the door looks this often. */
  looksWhileWaiting: 10,
  /** The check looks this often for the result of an agent. */
  looksForAgent: 6,
  /** Lines of the functions' logs and the access log. */
  logBytesPerCheck: 1_500,
  logBytesPerStored: 600,
  reportBytes: 12_000,
  /** IP and TCP headers of a probe's packets, setup and end among them. */
  headerBytesPerProbe: 1_600,
  canaryAddresses: 6,
  /** Domains at an operator that gives every customer a name of its own, so that results cannot be shared. */
  shareOfLargestOperator: 0.3,
  addressesAtLargestOperator: 1.5,
  /** A busy hour has so many times the mean. */
  peak: 4,
} as const;
