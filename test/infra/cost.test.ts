/** The document on costs is what the script gives, and the script counts what the stack has. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { atRest, costDocument, freshCheck, scale, storedAnswer } from '../../infra/cost.ts';
import { MEMORY_GB, PRICES } from '../../infra/cost-data.ts';
import { AGENT, resourcesOf } from './stack-template.ts';

const total = (lines: Readonly<Record<string, number>>): number =>
  Object.values(lines).reduce((sum, line) => sum + line, 0);

test('docs/cost.md is what "npm run cost" writes', async () => {
  expect(await readFile(new URL('../../docs/cost.md', import.meta.url), 'utf8')).toBe(costDocument());
});

test.each([
  ['vpc', { prober: 'vpc' }],
  ['agent', AGENT],
  ['none', {}],
] as const)(
  'alarms, metrics, dashboard and secret of prober %s are those of its stack',
  (prober, deployment) => {
    const { of } = resourcesOf(deployment);
    const metrics = of('AWS::CloudWatch::Alarm').flatMap(([, { Metrics, MetricName }]) =>
      MetricName === undefined
        ? Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat !== undefined)
        : [1],
    );
    const {
      Alarms,
      'Metrics of our own': own,
      Dashboard,
      'Secret (two with page links)': secret,
    } = atRest(prober);
    expect(Alarms).toBeCloseTo(metrics.length * PRICES.alarmMetricMonth);
    expect(own).toBeCloseTo(of('AWS::Logs::MetricFilter').length * PRICES.metricMonth);
    expect(Dashboard).toBeCloseTo(of('AWS::CloudWatch::Dashboard').length * PRICES.dashboardMonth);
    expect(secret).toBeCloseTo(of('AWS::SecretsManager::Secret').length * PRICES.secretMonth);
  },
);

test('functions have the memory that is paid for', () => {
  const memory = Object.fromEntries(
    resourcesOf({ prober: 'vpc' })
      .of('AWS::Lambda::Function')
      .map(([name, { MemorySize }]) => [
        /^(?:Http|Check|Probe|Slack)/.exec(name)?.[0].toLowerCase(),
        MemorySize / 1024,
      ]),
  );
  expect(memory).toMatchObject(MEMORY_GB);
});

test('a stored answer costs a small part of a fresh one, and a deployment without probes the least', () => {
  expect(total(freshCheck('vpc')) / total(storedAnswer())).toBeGreaterThan(20);
  expect(total(freshCheck('none'))).toBeLessThan(total(freshCheck('agent')));
  expect(total(atRest('vpc')) - total(atRest('agent'))).toBeGreaterThan(30);
});

test('at ten million checks a month one address is too little for the largest operator; at a million it is not', () => {
  expect(scale(10_000_000).operatorShare).toBeGreaterThan(1);
  expect(scale(1_000_000).operatorShare).toBeLessThan(1);
});
