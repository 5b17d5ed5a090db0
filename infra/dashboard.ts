/** One page that says how it goes: questions, answers, mail servers, ourselves. */
import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DoorFunction } from './door-function.ts';
import type { MailtlsApi } from './http-api.ts';
import type { Measures } from './measures.ts';

export interface DashboardProps {
  readonly alarms: readonly Alarm[];
  readonly functions: Readonly<Record<string, DoorFunction>>;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  readonly api: MailtlsApi;
  readonly measures: Measures;
}

const WIDTH = 8;
const PERIOD = { period: Duration.minutes(5) };

export class MailtlsDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    const { alarms, functions, queue, deadLetters, api, measures } = props;
    super(scope, id, { periodOverride: PeriodOverride.AUTO, defaultInterval: Duration.days(1) });
    const each = (metric: (door: DoorFunction) => IMetric): IMetric[] =>
      Object.values(functions).map((door) => metric(door));
    const graph = (title: string, left: IMetric[], right: IMetric[] = []): GraphWidget =>
      new GraphWidget({ title, left, right, width: WIDTH });
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 3 * WIDTH }));
    this.addWidgets(
      graph(
        'Requests, and errors',
        [api.stage.metricCount(PERIOD)],
        [api.stage.metricClientError(PERIOD), api.stage.metricServerError(PERIOD)],
      ),
      graph('Slack: longest of a hundred acknowledgements', [measures.acknowledgementMs]),
      graph('Checks, and the time of 95 in a hundred', [measures.checks], [measures.checkMs]),
    );
    this.addWidgets(
      graph(
        'Mail servers asked, and that turned us away',
        [measures.addresses, measures.refused],
        [measures.refusedShare],
      ),
      graph('Port 25 closed (1) for the canaries', [measures.egressClosed]),
      graph(
        'Domains that wait, and the oldest of them',
        [
          queue.metricApproximateNumberOfMessagesVisible({ ...PERIOD, statistic: Stats.MAXIMUM }),
          deadLetters.metricApproximateNumberOfMessagesVisible({ ...PERIOD, statistic: Stats.MAXIMUM }),
        ],
        [queue.metricApproximateAgeOfOldestMessage({ ...PERIOD, statistic: Stats.MAXIMUM })],
      ),
    );
    this.addWidgets(
      graph(
        'Functions: time of 95 in a hundred',
        each((door) => door.metricDuration({ ...PERIOD, statistic: Stats.percentile(95) })),
      ),
      graph(
        'Functions: errors and throttles',
        each((door) => door.metricErrors(PERIOD)),
        each((door) => door.metricThrottles(PERIOD)),
      ),
      graph(
        'Functions: at once',
        each((door) =>
          door.metric('ConcurrentExecutions', { ...PERIOD, statistic: Stats.MAXIMUM, label: door.node.id }),
        ),
      ),
    );
  }
}
