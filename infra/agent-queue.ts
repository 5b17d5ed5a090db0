/**
 * Where an agent takes its work from, and the narrow role it has: it asks, so no port of its host is open. It may
 * take from this queue and write rows that begin with `AGENT#`; what was asked of others it can neither read nor change.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { ArnPrincipal, Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AnyTable } from './evidence-table.ts';
import { mayWriteRows } from './rights.ts';

export const AGENT_PARTITION = 'AGENT#';

export interface AgentQueueProps {
  readonly evidence: AnyTable;
  /** The ARN of whom the agent's host is. */
  readonly principal: string;
  /** How long a check lasts: after that nobody waits for the result of a probe. */
  readonly checkSeconds: number;
}

export class AgentQueue extends Queue {
  readonly agentRole: Role;

  constructor(scope: Construct, id: string, { evidence, principal, checkSeconds }: AgentQueueProps) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.seconds(Math.max(60, checkSeconds)),
      visibilityTimeout: Duration.seconds(checkSeconds),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'A probe that no agent took within the time of its check is of no use to anybody: the check has said "not tested". There is nothing to put aside.',
    });
    this.agentRole = new Role(scope, 'AgentRole', {
      description: 'The mailtls agent: takes probes from its queue, writes their results',
      assumedBy: new ArnPrincipal(principal),
      maxSessionDuration: Duration.hours(12),
    });
    this.agentRole.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        resources: [this.queueArn],
      }),
    );
    this.agentRole.addToPolicy(mayWriteRows(evidence, ['dynamodb:PutItem'], [AGENT_PARTITION]));
  }
}
