/**
 * The probe: one connection to a mail server, in the network whose one way out is port 25. It has no right to any
 * data, and its port, its name in EHLO and its manners are its own settings, not the caller's.
 */
import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SettingName } from '../functions/environment.ts';
import type { DeployedSettings } from './context.ts';
import { DoorFunction } from './door-function.ts';
import type { ProbeNetwork } from './probe-network.ts';

/** What it is told of the deployment's settings. */
const ITS_SETTINGS: readonly SettingName[] = [
  'MAILTLS_EHLO_NAME',
  'MAILTLS_SMTP_PORT',
  'MAILTLS_ALLOW_PRIVATE',
  'MAILTLS_NEVER_PROBE',
  'MAILTLS_CONNECT_TIMEOUT_MS',
  'MAILTLS_GREETING_TIMEOUT_MS',
  'MAILTLS_REPLY_TIMEOUT_MS',
  'MAILTLS_HANDSHAKE_TIMEOUT_MS',
  'MAILTLS_OPERATOR_CONNECTIONS',
  'MAILTLS_OPERATOR_INTERVAL_MS',
  'MAILTLS_BACK_OFF_MS',
  'MAILTLS_SECOND_LOOK_MS',
];

/** A probe's answer has to be there before the check that asked for it ends, with time left to look up names first. */
const BEFORE_THE_CHECK_MS = 15_000;
const SHORTEST_MS = 1_000;
const SECONDS_TO_LEAVE = 15;

/** What Lambda itself does to give a function its place in a VPC; EC2 knows no narrower resource for them. */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

export interface ProbeFunctionProps {
  readonly deployed: DeployedSettings;
  readonly network: ProbeNetwork;
  readonly ipv6: boolean;
  /** 0: as many as Lambda gives. */
  readonly concurrency: number;
}

export class ProbeFunction extends DoorFunction {
  constructor(scope: Construct, id: string, { deployed, network, ipv6, concurrency }: ProbeFunctionProps) {
    const { given, settings } = deployed;
    const deadlineMs = Math.max(SHORTEST_MS, settings.MAILTLS_DEADLINE_MS - BEFORE_THE_CHECK_MS);
    const anyFunction = Stack.of(scope).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    super(scope, id, {
      door: 'probe',
      description: 'Connects to one mail server on port 25',
      memoryMiB: 512,
      timeout: Duration.seconds(Math.ceil(deadlineMs / 1000) + SECONDS_TO_LEAVE),
      environment: {
        ...Object.fromEntries(
          ITS_SETTINGS.flatMap((name) => {
            const value = given[name];
            return value === undefined ? [] : [[name, value] as const];
          }),
        ),
        MAILTLS_DEADLINE_MS: String(deadlineMs),
      },
      rights: [
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: NETWORK_INTERFACE_ACTIONS,
          resources: ['*'],
        }),
        // The service uses those rights, never the function's own code.
        new PolicyStatement({
          effect: Effect.DENY,
          actions: NETWORK_INTERFACE_ACTIONS,
          resources: ['*'],
          conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } },
        }),
      ],
      reservedConcurrency: concurrency === 0 ? undefined : concurrency,
      network: {
        vpc: network.vpc,
        vpcSubnets: network.subnets,
        securityGroups: [network.securityGroup],
        ipv6AllowedForDualStack: ipv6,
      },
    });
    if (this.role !== undefined) {
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'EC2 takes no narrower resource when Lambda makes a network interface for a function; the same actions are denied to the code of the function itself.',
      });
    }
  }
}
