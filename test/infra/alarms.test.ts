/** What somebody is told of, and that the numbers behind it are ones the functions write. */
import { expect, test } from 'vitest';
import { checkedLine, egressLine } from '../../functions/aws/measured-lines.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { AGENT, type Value, resourcesOf, short, withoutHash } from './stack-template.ts';

const vpc = resourcesOf({ prober: 'vpc', alarmEmail: 'ops@us.example' });
const alarms = vpc.of('AWS::CloudWatch::Alarm').map(([, properties]) => properties);
const named = (name: string) =>
  vpc.of('AWS::CloudWatch::Alarm').find(([key]) => key.startsWith(`Alarms${name}`))?.[1];

test('each alarm says what it means, and tells of its beginning and its end', () => {
  expect(alarms.length).toBe(15);
  for (const { AlarmDescription, AlarmActions, OKActions } of alarms) {
    expect(AlarmDescription).toMatch(/^[A-Z].{30,}\.$/);
    expect(short(AlarmActions)).toEqual(['AlarmsTopic']);
    expect(OKActions).toEqual(AlarmActions);
  }
  expect(vpc.of('AWS::SNS::Subscription')).toMatchObject([
    [expect.any(String), { Protocol: 'email', Endpoint: 'ops@us.example' }],
  ]);
});

test('alarms of this account may publish to the topic, and nobody else', () => {
  const [policy] = vpc.of('AWS::SNS::TopicPolicy');
  expect(short(policy?.[1]['PolicyDocument'].Statement)).toEqual([
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    {
      Sid: expect.any(String),
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: 'AlarmsTopic',
      Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
    },
  ]);
});

test('dead letters, errors and throttles of every function, the API and the table', () => {
  expect(named('DeadLetters')).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 0,
    Dimensions: [{ Value: { 'Fn::GetAtt': [expect.stringMatching(/^CheckQueueDeadLetters/), 'QueueName'] } }],
  });
  for (const door of ['Http', 'Slack', 'Check', 'Probe']) {
    expect(named(`${door}Errors`)).toMatchObject({ MetricName: 'Errors', Threshold: 0 });
    expect(named(`${door}Throttles`)).toMatchObject({ MetricName: 'Throttles', Threshold: 0 });
  }
  expect(named('ServerErrors')).toMatchObject({ MetricName: '5xx', Threshold: 0 });
  expect(named('TableThrottles')?.['Metrics'].length).toBeGreaterThan(5);
});

test('an acknowledgement is slow when one in a hundred takes more than 1.5 s', () => {
  expect(named('Acknowledgement')).toMatchObject({ ExtendedStatistic: 'p99', Threshold: 1500 });
});

/** How many alarms a deployment has about our way to mail servers. */
const watched = (deployment: Readonly<Record<string, string>>) =>
  resourcesOf(deployment)
    .of('AWS::CloudWatch::Alarm')
    .filter(([name]) => /^Alarms(?:Canaries|RefusedShare)/.test(name)).length;

test('canaries and refusals are watched where somebody probes, and only there', () => {
  expect([watched({ prober: 'vpc' }), watched(AGENT), watched({})]).toEqual([3, 3, 0]);
  expect(resourcesOf({}).of('AWS::Events::Rule')).toEqual([]);
  expect(resourcesOf(AGENT).of('AWS::Events::Rule')).toMatchObject([
    [expect.any(String), { ScheduleExpression: 'rate(5 minutes)' }],
  ]);
  expect(named('CanariesSilent')).toMatchObject({ TreatMissingData: 'breaching', EvaluationPeriods: 3 });
});

test('what fails that nobody waits for is not tried again by Lambda: canaries are asked anew, a file by a person', () => {
  const tries = resourcesOf(AGENT)
    .of('AWS::Lambda::EventInvokeConfig')
    .map(([, properties]) => properties)
    .map(({ FunctionName, MaximumRetryAttempts: again, MaximumEventAgeInSeconds: age }) => [
      withoutHash(FunctionName.Ref),
      again,
      age,
    ]);
  expect(tries).toHaveLength(2);
  expect(tries).toEqual(
    expect.arrayContaining([
      ['Check', 0, 300],
      ['Slack', 0, 300],
    ]),
  );
});

/** As Lambda's JSON format writes a line that is one object. */
const logged = (line: object): Record<string, unknown> => ({ message: line });
const at = (line: unknown, path: string): unknown =>
  path
    .replace(/^\$\./, '')
    .split('.')
    .reduce<Value>((value, name) => value?.[name], line);

const observedAt = '2026-11-22T01:02:03.456Z';
const lines = [
  logged(egressLine({ observedAt, canaries: [] })),
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no more of it is looked at
  logged(checkedLine({ hosts: [], tookMs: 812 } as unknown as DomainEvidence)),
  { route: 'POST /slack/events', ms: 40 },
];

test('every number that is counted is one that a line has', () => {
  const filters = vpc.of('AWS::Logs::MetricFilter').map(([, properties]) => properties);
  expect(filters.length).toBe(7);
  for (const { FilterPattern, MetricTransformations } of filters) {
    const [, path = '', wanted] = /^\{ (\S+) = "(.*)" \}$/.exec(FilterPattern) ?? [];
    const line = lines.find((candidate) => at(candidate, path) === wanted);
    expect({ FilterPattern, line }).toEqual({ FilterPattern, line: expect.anything() });
    const [{ MetricValue }] = MetricTransformations;
    expect(MetricValue === '1' ? 1 : at(line, MetricValue)).toBeTypeOf('number');
  }
});

test('the dashboard shows every alarm', () => {
  const [dashboard] = vpc.of('AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(short(dashboard?.[1]['DashboardBody']));
  for (const [name] of vpc.of('AWS::CloudWatch::Alarm'))
    expect(body).toContain(name.replace(/[0-9A-F]{8}$/, ''));
});
