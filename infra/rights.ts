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

export const mayRead = (table: AnyTable): PolicyStatement =>
  allow(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], table.tableArn);

export const mayWrite = (table: AnyTable): PolicyStatement =>
  allow(['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'], table.tableArn);

/** @param partitions what the partition keys begin with, `DOMAIN#` for one; see `functions/store/keys.ts` */
export function mayWriteRows(
  table: AnyTable,
  actions: ('dynamodb:PutItem' | 'dynamodb:DeleteItem')[],
  partitions: readonly string[],
): PolicyStatement {
  const statement = allow(actions, table.tableArn);
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
