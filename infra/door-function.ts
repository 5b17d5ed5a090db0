/** A Lambda function made of one door, `functions/<door>.handler.ts`, with a log and a role of its own. */
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { doorCode } from './door-bundle.ts';

export interface DoorFunctionProps {
  /** The door's file name without `.handler.ts`. */
  readonly door: string;
  readonly description: string;
  readonly memoryMiB: number;
  readonly timeout: Duration;
  /** Settings by name, as their texts. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do beside writing its log. */
  readonly rights: readonly PolicyStatement[];
  /** How many may run at once; undefined: as many as the account allows. */
  readonly reservedConcurrency?: number | undefined;
  readonly network?: {
    readonly vpc: IVpc;
    readonly vpcSubnets: SubnetSelection;
    readonly securityGroups: ISecurityGroup[];
    readonly ipv6AllowedForDualStack: boolean;
  };
}

export class DoorFunction extends Function {
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: DoorFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // In place of the managed policy, which lets a function write to every log of the account.
    logGroup.grantWrite(role);
    for (const right of props.rights) role.addToPolicy(right);
    super(scope, id, {
      description: props.description,
      code: doorCode(props.door),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...props.network,
    });
    this.log = logGroup;
  }
}
