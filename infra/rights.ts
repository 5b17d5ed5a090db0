/**
 * Every right that a function of ours has, in words of IAM. Actions are named one by one, and resources too; rows
 * of the table are told apart by their partition, so that a door writes only what is its own to write.
 */
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { AnyTable } from './evidence-table.ts';

const allow = (actions: string[], resource: string): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] });

/**
 * Of the doors that anybody on the internet can reach, which rows each reads and which it writes, by what their
 * partition keys begin with; see `functions/store/keys.ts`. Evidence they read and never write, and who waits in Slack
 * is nothing to HTTP. A row that is written is one that may be read: a write whose answer was lost is looked for.
 */
const HTTP_WRITES = ['LOCK#'] as const;
const SLACK_WRITES = [...HTTP_WRITES, 'ONCE#', 'SLACKTEAM#', 'WAITS#'] as const;
const EVIDENCE = ['CERT#', 'DOMAIN#', 'MXIP#'] as const;
export const DOOR_ROWS = {
  http: { reads: [...EVIDENCE, ...HTTP_WRITES], writes: HTTP_WRITES },
  slack: { reads: [...EVIDENCE, ...SLACK_WRITES], writes: SLACK_WRITES },
} as const;

const READ = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] as const;

export const mayRead = (table: AnyTable): PolicyStatement => allow([...READ], table.tableArn);

export const mayWrite = (table: AnyTable): PolicyStatement =>
  allow(['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'], table.tableArn);

export const mayReadRows = (table: AnyTable, partitions: readonly string[]): PolicyStatement =>
  onRows(READ, table, partitions);

/** @param partitions what the partition keys begin with, `WAITS#` for one */
export const mayWriteRows = (
  table: AnyTable,
  actions: readonly ('dynamodb:PutItem' | 'dynamodb:DeleteItem')[],
  partitions: readonly string[],
): PolicyStatement => onRows(actions, table, partitions);

function onRows(actions: readonly string[], table: AnyTable, partitions: readonly string[]): PolicyStatement {
  const statement = allow([...actions], table.tableArn);
  statement.addCondition('ForAllValues:StringLike', {
    'dynamodb:LeadingKeys': partitions.map((partition) => `${partition}*`),
  });
  // Without this a request that names no key at all would pass the condition above.
  statement.addCondition('Null', { 'dynamodb:LeadingKeys': 'false' });
  return statement;
}

export const maySend = (queue: IQueue): PolicyStatement => allow(['sqs:SendMessage'], queue.queueArn);

export const mayInvoke = (called: IFunction): PolicyStatement =>
  allow(['lambda:InvokeFunction'], called.functionArn);

export const mayReadSecret = (secret: Secret): PolicyStatement =>
  allow(['secretsmanager:GetSecretValue'], secret.secretArn);
