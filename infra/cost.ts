/**
 * `npm run cost`: writes `docs/cost.md` from `cost-data.ts`. A test holds the document to what this gives, so that a
 * price or a measure that changes changes the document with it.
 */
import { writeFile } from 'node:fs/promises';
import { ASSUMED, MEASURED, MEMORY_GB, PRICES } from './cost-data.ts';

const MILLION = 1_000_000;
const GB = 1024 ** 3;
const HOURS_A_MONTH = 730;
const MONTH_SECONDS = HOURS_A_MONTH * 3600;
/** Lambda asks a queue with so many pollers, each of which waits 20 s. */
const POLLERS = 5;
const CANARY_ROUNDS = (HOURS_A_MONTH * 60) / 5;

export type CostedProber = 'vpc' | 'agent' | 'none';
const PROBERS: readonly CostedProber[] = ['vpc', 'agent', 'none'];

/** Dollars, by what they are for. */
type Lines = Readonly<Record<string, number>>;
const sum = (lines: Lines): number => Object.values(lines).reduce((total, line) => total + line, 0);
const lambda = (gb: number, seconds: number): number =>
  gb * seconds * PRICES.lambdaGbSecond + PRICES.lambdaMillionRequests / MILLION;
const reads = (units: number): number => (units * PRICES.dynamoMillionReads) / MILLION;
const writes = (units: number): number => (units * PRICES.dynamoMillionWrites) / MILLION;
const gigabytes = (bytes: number, price: number): number => (bytes / GB) * price;
const perMillion = (lines: Lines): Lines =>
  Object.fromEntries(Object.entries(lines).map(([name, dollars]) => [name, dollars * MILLION]));

/** One probe, beside the check that asks for it. */
function probe(prober: CostedProber): Lines {
  const { probeSeconds, headerBytesPerProbe, looksForAgent } = ASSUMED;
  const { manners, agentResult, probeBytes } = MEASURED;
  if (prober === 'none') return {};
  const bothWays = probeBytes.sent + probeBytes.received + headerBytesPerProbe;
  const shared = reads(manners.reads) + writes(manners.writes);
  if (prober === 'agent') {
    return {
      'Probe: queue, three requests': (3 * PRICES.sqsMillionRequests) / MILLION,
      DynamoDB: shared + reads(looksForAgent) + writes(agentResult.writes),
    };
  }
  return {
    'Lambda: probe': lambda(MEMORY_GB.probe, probeSeconds),
    DynamoDB: shared,
    'NAT gateway and transfer':
      gigabytes(bothWays, PRICES.natGb) +
      gigabytes(probeBytes.sent + headerBytesPerProbe / 2, PRICES.transferGb),
  };
}

/** A fresh check that somebody waits for over HTTP: request, order, check, probes, answer. In dollars. */
export function freshCheck(prober: CostedProber): Lines {
  const { addressesPerDomain, checkSeconds, looksWhileWaiting, logBytesPerCheck, reportBytes } = ASSUMED;
  const { order, check, address, stored } = MEASURED;
  const seconds = prober === 'none' ? checkSeconds / 3 : checkSeconds;
  const probed = prober === 'none' ? 0 : addressesPerDomain;
  const further = Math.max(0, probed - 1);
  const ofProbes = probe(prober);
  const others = Object.fromEntries(
    Object.entries(ofProbes)
      .filter(([name]) => name !== 'DynamoDB')
      .map(([name, dollars]) => [name, dollars * probed]),
  );
  return {
    'HTTP API': PRICES.httpApiMillionRequests / MILLION,
    'Lambda: http, while it waits': lambda(MEMORY_GB.http, seconds),
    'Lambda: check': lambda(MEMORY_GB.check, seconds),
    ...others,
    DynamoDB:
      reads(order.reads + looksWhileWaiting + stored.reads + check.reads + further * address.reads) +
      writes(order.writes + check.writes + further * address.writes) +
      (ofProbes['DynamoDB'] ?? 0) * probed,
    SQS: (3 * PRICES.sqsMillionRequests) / MILLION,
    "Logs, and the answer's way out":
      gigabytes(logBytesPerCheck, PRICES.logsGb) + gigabytes(reportBytes, PRICES.transferGb),
  };
}

/** An answer from the store. In dollars. */
export function storedAnswer(): Lines {
  return {
    'HTTP API': PRICES.httpApiMillionRequests / MILLION,
    'Lambda: http': lambda(MEMORY_GB.http, ASSUMED.storedSeconds),
    DynamoDB: reads(MEASURED.stored.reads),
    "Logs, and the answer's way out":
      gigabytes(ASSUMED.logBytesPerStored, PRICES.logsGb) + gigabytes(ASSUMED.reportBytes, PRICES.transferGb),
  };
}

/** What is there although nobody asks anything. In dollars a month. */
export function atRest(prober: CostedProber): Lines {
  const alarmed = { vpc: 21, agent: 19, none: 15 }[prober];
  const { canaryAddresses, probeSeconds } = ASSUMED;
  const round = lambda(MEMORY_GB.check, probeSeconds * 2) + canaryAddresses * sum(probe(prober));
  return {
    ...(prober === 'vpc'
      ? {
          'NAT gateway': HOURS_A_MONTH * PRICES.natHour,
          'Public IPv4 address': HOURS_A_MONTH * PRICES.ipv4Hour,
        }
      : {}),
    ...(prober === 'agent'
      ? { 'SQS: an agent that asks every 20 s': ((MONTH_SECONDS / 20) * PRICES.sqsMillionRequests) / MILLION }
      : {}),
    ...(prober === 'none' ? {} : { 'Canaries every five minutes': CANARY_ROUNDS * round }),
    "SQS: Lambda's five pollers": ((POLLERS * MONTH_SECONDS) / 20) * (PRICES.sqsMillionRequests / MILLION),
    Alarms: alarmed * PRICES.alarmMetricMonth,
    'Metrics of our own': 7 * PRICES.metricMonth,
    Dashboard: PRICES.dashboardMonth,
    'Secret (two with page links)': PRICES.secretMonth,
  };
}

const dollars = (amount: number): string =>
  amount >= 100 ? Math.round(amount).toLocaleString('en-US') : amount.toFixed(2);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function byProber(lines: (prober: CostedProber) => Lines): string {
  const all = PROBERS.map((prober) => lines(prober));
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  const rows = names.map((name) => [
    name,
    ...all.map((one) => (one[name] === undefined ? '' : dollars(one[name]))),
  ]);
  return table(
    ['', ...PROBERS],
    [...rows, ['**together**', ...all.map((one) => `**${dollars(sum(one))}**`)]],
  );
}

const STEPS = [100, 1_000, 10_000, 100_000, MILLION, 10 * MILLION] as const;

/** What limits so many fresh checks a month. */
export function scale(checks: number) {
  const { addressesPerDomain, shareOfLargestOperator, addressesAtLargestOperator, checkSeconds, peak } =
    ASSUMED;
  const aSecond = checks / MONTH_SECONDS;
  const atOperator = checks * shareOfLargestOperator * addressesAtLargestOperator;
  return {
    checksAtOnce: Math.ceil(aSecond * peak * checkSeconds),
    probesAtOnce: Math.ceil(aSecond * peak * addressesPerDomain * ASSUMED.probeSeconds),
    /** One new connection a second is all that one address makes there. */
    operatorShare: (atOperator * peak) / MONTH_SECONDS,
  };
}

function scaling(): string {
  return table(
    [
      'fresh checks a month',
      ...PROBERS.map((prober) => `${prober}, $ a month`),
      'checks at once',
      'probes at once',
      'largest operator',
    ],
    STEPS.map((checks) => {
      const { checksAtOnce, probesAtOnce, operatorShare } = scale(checks);
      return [
        checks.toLocaleString('en-US'),
        ...PROBERS.map((prober) => dollars(sum(atRest(prober)) + checks * sum(freshCheck(prober)))),
        String(checksAtOnce),
        String(probesAtOnce),
        `${operatorShare < 0.01 ? '<1' : Math.round(operatorShare * 100)} %`,
      ];
    }),
  );
}

/** The document. */
export function costDocument(): string {
  const kept = MEASURED.check.keptBytes + (ASSUMED.addressesPerDomain - 1) * MEASURED.address.keptBytes;
  const month = (kept * MILLION * (PRICES.dynamoGbMonth + PRICES.dynamoBackupGbMonth)) / GB;
  return `# What it costs on AWS

Written by \`npm run cost\` from \`infra/cost-data.ts\`: list prices of ${PRICES.region} of ${PRICES.date}, without free tiers; what a check
uses, measured with the lab; and guesses about the internet, each named there. The largest of them: a check takes
${ASSUMED.checkSeconds} s, a domain has ${ASSUMED.addressesPerDomain} addresses, a probe takes ${ASSUMED.probeSeconds} s. Put in what your dashboard shows, and write it again.

## A million fresh checks, in dollars

Somebody asks over HTTP and waits. Asked in Slack nobody waits in a function, and "http, while it waits" falls away.
The host of an agent is yours and not in here.

${byProber((prober) => perMillion(freshCheck(prober)))}

Domains come to the check function up to five at a time; with a full queue, "Lambda: check" is a fifth of this.
What a million checks of different domains leave in the table, with its backup: ${dollars(month)} a month, until evidence is
as old as \`MAILTLS_KEEP_DAYS\`. A domain checked again with the same result adds next to nothing.

## A million stored answers, in dollars

${table(['', 'any prober'], [...Object.entries(perMillion(storedAnswer())).map(([name, amount]) => [name, dollars(amount)]), ['**together**', `**${dollars(sum(perMillion(storedAnswer())))}**`]])}

## A month in which nobody asks, in dollars

${byProber(atRest)}

## From 100 to 10 million checks a month

All fresh, with ${ASSUMED.peak} times the mean in a busy hour. "Largest operator" is how much of the one new connection a second that
one address makes to one operator goes to the largest, at ${Math.round(ASSUMED.shareOfLargestOperator * 100)} % of all domains and a server name of its own for each customer.
Where customers share server names, as with Google, one probe in five minutes serves them all.

${scaling()}

What breaks first is not Lambda. It is what mail servers think of one address that connects so often and never sends
mail: it is put on a list, greeted with 421 or not at all, and the alarm RefusedShare is the first to know.

- **Up to 10,000**: nothing to do. One Elastic IP with a name that resolves to it and back is enough. At rest, the NAT
  gateway is most of the bill; an agent on a host that you have anyway is cheaper.
- **100,000**: answer on the EHLO name over HTTP with a page that says what this is, who runs it, and how to be left
  alone (\`MAILTLS_NEVER_PROBE\`). Watch RefusedShare. Longer freshness (\`MAILTLS_FRESH_SECONDS\`) costs nothing: what
  servers do changes by the month.
- **1,000,000**: raise \`checksAtOnce\` and the account's concurrency to what the table says, reserve \`probeConcurrency\`.
  Ask for checks spread over the day, not at midnight. Ask the largest operators to be known to them.
- **10,000,000**: beyond 100 % the largest operator's line grows without end: its domains time out as "not tested", not
  as an answer that is wrong. Then it takes several addresses, each its own deployment or agent with a part of the
  domains, agreed upon with that operator, not around its limits; provisioned capacity for the table; and
  \`MAILTLS_FRESH_SECONDS\` of days.
`;
}

if (import.meta.main) {
  await writeFile(new URL('../docs/cost.md', import.meta.url), costDocument());
}
