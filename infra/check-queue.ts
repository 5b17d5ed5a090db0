/**
 * The queue between the doors and the check. A message names a domain and nothing else: who waits for the answer is
 * a row of the table, so that a message that nobody could work off holds no one's address and no capability.
 */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { CHECK_TRIES } from '../functions/environment.ts';

export class CheckQueue extends Queue {
  readonly deadLetters: Queue;

  /** @param checkSeconds how long a check function may take: until then a message stays with whoever took it */
  constructor(scope: Construct, id: string, checkSeconds: number) {
    const deadLetters = new Queue(scope, `${id}DeadLetters`, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Whoever asked has long gone by then.
      retentionPeriod: Duration.hours(6),
      visibilityTimeout: Duration.seconds(2 * checkSeconds),
      // So many failures are no accident: the message is put aside, and the alarm says so.
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: CHECK_TRIES },
    });
    this.deadLetters = deadLetters;
  }
}
