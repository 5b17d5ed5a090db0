/**
 * Every five minutes the check function asks the canaries: servers that are known to answer. What happens to them
 * happens to us, and is on record before anybody's question meets it.
 */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export const CANARY_MINUTES = 5;

export class CanarySchedule extends Rule {
  constructor(scope: Construct, id: string, check: IFunction) {
    super(scope, id, {
      description: 'Asks the canaries whether probes get out on port 25',
      schedule: Schedule.rate(Duration.minutes(CANARY_MINUTES)),
      targets: [
        new LambdaFunction(check, {
          // The next one comes anyway.
          retryAttempts: 0,
          maxEventAge: Duration.minutes(CANARY_MINUTES),
        }),
      ],
    });
  }
}
