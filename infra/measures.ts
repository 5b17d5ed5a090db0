/**
 * What is measured beside what AWS measures by itself, read from lines that the functions log: `event` names the
 * line, the numbers are its fields, and Lambda's JSON format puts both under `message`. `functions/aws/measured-lines.ts`
 * says what they are.
 */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const NAMESPACE = 'mailtls';

const event = (name: string) => FilterPattern.stringValue('$.message.event', '=', name);

export interface MeasuresProps {
  readonly checkLog: LogGroup;
  readonly accessLog: LogGroup;
  /** Method and path of the route that Slack calls. */
  readonly slackRoute: string;
}

export class Measures extends Construct {
  /** 1 for a round of canaries that none got through, or whose STARTTLS was not their own; 0 for any other. */
  readonly egressClosed: Metric;
  readonly egressRounds: Metric;
  readonly addresses: Metric;
  readonly refused: Metric;
  /** Of the addresses probed, in per cent, how many turned us away. */
  readonly refusedShare: MathExpression;
  readonly checks: Metric;
  readonly checkMs: Metric;
  readonly acknowledgementMs: Metric;

  constructor(scope: Construct, id: string, { checkLog, accessLog, slackRoute }: MeasuresProps) {
    super(scope, id);
    const measure = (
      name: string,
      logGroup: LogGroup,
      filterPattern: ReturnType<typeof FilterPattern.all>,
      metricValue: string,
      statistic: string,
      unit?: Unit,
    ): Metric => {
      new MetricFilter(this, name, {
        logGroup,
        filterPattern,
        metricNamespace: NAMESPACE,
        metricName: name,
        metricValue,
        ...(unit === undefined ? {} : { unit }),
      });
      return new Metric({
        namespace: NAMESPACE,
        metricName: name,
        statistic,
        period: Duration.minutes(5),
        ...(unit === undefined ? {} : { unit }),
      });
    };
    this.egressClosed = measure('EgressClosed', checkLog, event('egress'), '$.message.closed', Stats.MAXIMUM);
    this.egressRounds = measure('EgressRounds', checkLog, event('egress'), '1', Stats.SUM);
    this.addresses = measure('Addresses', checkLog, event('checked'), '$.message.addresses', Stats.SUM);
    this.refused = measure('Refused', checkLog, event('checked'), '$.message.refused', Stats.SUM);
    this.checks = measure('Checks', checkLog, event('checked'), '1', Stats.SUM);
    this.checkMs = measure(
      'CheckTime',
      checkLog,
      event('checked'),
      '$.message.tookMs',
      Stats.percentile(95),
      Unit.MILLISECONDS,
    );
    this.acknowledgementMs = measure(
      'Acknowledgement',
      accessLog,
      FilterPattern.stringValue('$.route', '=', slackRoute),
      '$.ms',
      Stats.percentile(99),
      Unit.MILLISECONDS,
    );
    this.refusedShare = new MathExpression({
      label: 'refused, per cent',
      // Three refusals of five say little: below twenty addresses the share counts as none.
      expression: 'IF(addresses >= 20, 100 * refused / addresses, 0)',
      usingMetrics: {
        addresses: this.addresses.with({ period: Duration.hours(1) }),
        refused: this.refused.with({ period: Duration.hours(1) }),
      },
      period: Duration.hours(1),
    });
  }
}
