/** The check: a domain in, a report out. Outside the VPC: it needs DNS and policies over HTTPS, not port 25. */
import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { CANARY_MINUTES } from './canary-schedule.ts';
import { DoorFunction } from './door-function.ts';

/** A check ends by its own deadline and answers with what it has; Lambda's timeout would throw that away. */
const SECONDS_TO_ANSWER = 30;
/** Lambda's own limit. */
const LONGEST_SECONDS = 900;

export const checkSeconds = (deadlineMs: number): number =>
  Math.min(Math.ceil(deadlineMs / 1000) + SECONDS_TO_ANSWER, LONGEST_SECONDS);

/** Domains of one batch are checked side by side: nearly all of a check is waiting for others. */
const DOMAINS_A_BATCH = 5;

export interface CheckFunctionProps {
  readonly environment: Readonly<Record<string, string>>;
  readonly rights: readonly PolicyStatement[];
  readonly queue: IQueue;
  readonly deadlineMs: number;
  readonly atOnce: number;
}

export class CheckFunction extends DoorFunction {
  constructor(scope: Construct, id: string, props: CheckFunctionProps) {
    const { environment, rights, queue, deadlineMs, atOnce } = props;
    super(scope, id, {
      door: 'check',
      description: 'Checks one domain and answers with its report',
      memoryMiB: 1024,
      timeout: Duration.seconds(checkSeconds(deadlineMs)),
      environment,
      rights,
    });
    // Of its callers only the schedule of the canaries waits for no answer, and comes again anyway.
    this.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(CANARY_MINUTES) });
    this.addEventSource(
      new SqsEventSource(queue, {
        batchSize: DOMAINS_A_BATCH,
        reportBatchItemFailures: true,
        maxConcurrency: atOnce,
      }),
    );
  }
}
