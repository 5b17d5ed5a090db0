/** The check: a domain in, a report out. Outside the VPC: it needs DNS and policies over HTTPS, not port 25. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeployedSettings } from './context.ts';
import { DoorFunction } from './door-function.ts';

/** A check ends by its own deadline and answers with what it has; Lambda's timeout would throw that away. */
const secondsToAnswer = 30;
/** Lambda's own limit. */
const longestSeconds = 900;

export class CheckFunction extends DoorFunction {
  constructor(scope: Construct, id: string, { given, settings }: DeployedSettings) {
    super(scope, id, {
      door: 'check',
      description: 'Checks one domain and answers with its report',
      memoryMiB: 1024,
      timeout: Duration.seconds(
        Math.min(Math.ceil(settings.MAILTLS_DEADLINE_MS / 1000) + secondsToAnswer, longestSeconds),
      ),
      environment: given,
    });
  }
}
