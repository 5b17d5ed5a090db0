/** What somebody has to know of. Each alarm says what it means; `docs/operate.md` says what to do. */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CANARY_MINUTES } from './canary-schedule.ts';
import type { DoorFunction } from './door-function.ts';
import type { AnyTable } from './evidence-table.ts';
import type { MailtlsApi } from './http-api.ts';
import type { Measures } from './measures.ts';

export interface AlarmsProps {
  readonly email: string;
  /** By the name that alarms have. */
  readonly functions: Readonly<Record<string, DoorFunction>>;
  readonly deadLetters: IQueue;
  readonly evidence: AnyTable;
  readonly api: MailtlsApi;
  readonly measures: Measures;
  /** Whether there is a way to mail servers that could be closed. */
  readonly probes: boolean;
}

interface Watch {
  readonly name: string;
  readonly meaning: string;
  readonly metric: IMetric;
  /** The alarm is on above this. */
  readonly above: number;
  /** How many periods in a row. */
  readonly periods?: number;
  /** No number at all is a bad sign too. */
  readonly silence?: true;
}

const PERIOD = { period: Duration.minutes(5) };
/** Slack gives up after three seconds; half of that leaves room for a bad day. */
const ACKNOWLEDGEMENT_MS = 1_500;
const REFUSED_PER_CENT = 20;
/** All that is asked of the table. */
const OPERATIONS = [
  Operation.BATCH_GET_ITEM,
  Operation.BATCH_WRITE_ITEM,
  Operation.DELETE_ITEM,
  Operation.GET_ITEM,
  Operation.PUT_ITEM,
  Operation.QUERY,
];

export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'mailtls alarms', enforceSSL: true });
    // A topic with a policy of its own, as this one for TLS, no longer lets the account's alarms in by itself.
    const { account } = Stack.of(this);
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    if (props.email !== '') this.topic.addSubscription(new EmailSubscription(props.email));
    const action = new SnsAction(this.topic);
    this.all = watches(props).map(({ name, meaning, metric, above, periods = 1, silence }) => {
      const alarm = new Alarm(this, name, {
        alarmDescription: meaning,
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}

function watches({ functions, deadLetters, evidence, api, measures, probes }: AlarmsProps): readonly Watch[] {
  const ofFunctions = Object.entries(functions).flatMap(([name, door]): Watch[] => [
    {
      name: `${name}Errors`,
      meaning: `The ${name} function failed, or ran out of time. The stack trace is in its log.`,
      metric: door.metricErrors(PERIOD),
      above: 0,
    },
    {
      name: `${name}Throttles`,
      meaning: `The ${name} function was held back: the account's or its own limit of concurrency is reached.`,
      metric: door.metricThrottles(PERIOD),
      above: 0,
    },
  ]);
  const ofEgress: readonly Watch[] = [
    {
      name: 'Canaries',
      meaning:
        'Mail servers that are known to answer were not reached on port 25, or their STARTTLS was not their own. Answers say "not tested" until this is over.',
      metric: measures.egressClosed,
      above: 0,
      periods: 2,
    },
    {
      name: 'CanariesSilent',
      meaning:
        'For a quarter of an hour nobody has asked the canaries: the schedule or the check function fails.',
      metric: new MathExpression({
        label: 'rounds missed',
        expression: 'IF(rounds > 0, 0, 1)',
        usingMetrics: { rounds: measures.egressRounds },
        period: Duration.minutes(CANARY_MINUTES),
      }),
      above: 0,
      periods: 3,
      silence: true,
    },
    {
      name: 'RefusedShare',
      meaning: `More than ${REFUSED_PER_CENT} per cent of the mail servers asked in an hour turned us away: our address may be on a list.`,
      metric: measures.refusedShare,
      above: REFUSED_PER_CENT,
    },
  ];
  return [
    {
      name: 'DeadLetters',
      meaning: 'A check failed three times and was put aside. Somebody may still wait for its answer.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...PERIOD, statistic: Stats.MAXIMUM }),
      above: 0,
    },
    {
      name: 'Acknowledgement',
      meaning:
        "One in a hundred of Slack's requests waited longer than 1.5 s. Slack shows an error after 3 s.",
      metric: measures.acknowledgementMs,
      above: ACKNOWLEDGEMENT_MS,
      periods: 2,
    },
    {
      name: 'ServerErrors',
      meaning: 'The API answered with a status of 500 or above.',
      metric: api.stage.metricServerError({ ...PERIOD, statistic: Stats.SUM }),
      above: 0,
    },
    {
      name: 'TableThrottles',
      meaning: 'DynamoDB held requests back. Answers are given without the store meanwhile.',
      metric: evidence.metricThrottledRequestsForOperations({ ...PERIOD, operations: OPERATIONS }),
      above: 0,
    },
    ...ofFunctions,
    ...(probes ? ofEgress : []),
  ];
}
