/**
 * The evidence store: what probes saw, kept apart from what is made of it. One table, addressed by `pk` and
 * `sk`. Losing it would lose history that cannot be observed again, so it outlives its stack.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, type ITableV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** The stack's own table, or one that is there already. */
export type AnyTable = TableV2 | ITableV2;

export class EvidenceTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      // Seconds since 1970. DynamoDB deletes some time after it, so that a reader must compare it as well.
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
