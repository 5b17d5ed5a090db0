/** HTTP API and pages: answers from what is kept, and hands checks to the queue. Headers are read here and stay here. */
import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DoorFunction } from './door-function.ts';

/** HTTP API waits 30 s for an integration, and no longer. */
const LONGEST_SECONDS = 29;

export interface AskingFunctionProps {
  readonly environment: Readonly<Record<string, string>>;
  readonly rights: readonly PolicyStatement[];
}

export class HttpFunction extends DoorFunction {
  constructor(scope: Construct, id: string, props: AskingFunctionProps) {
    super(scope, id, {
      door: 'http',
      description: 'Answers HTTP requests and serves the pages',
      memoryMiB: 512,
      timeout: Duration.seconds(LONGEST_SECONDS),
      ...props,
    });
  }
}
