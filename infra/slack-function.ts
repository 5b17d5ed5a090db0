/**
 * What Slack calls. Slack waits three seconds for an acknowledgement, so nothing is checked here: the question goes
 * to the queue, who asked into the table. A file is read by another run of the same function, which the first one
 * calls and does not wait for. More memory is more processor, and a quicker start.
 */
import { Duration } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DoorFunction } from './door-function.ts';
import type { AskingFunctionProps } from './http-function.ts';
import { mayInvoke } from './rights.ts';

export class SlackFunction extends DoorFunction {
  constructor(scope: Construct, id: string, props: AskingFunctionProps) {
    super(scope, id, {
      door: 'slack',
      description: 'Answers Slack: commands, buttons, forms and messages',
      memoryMiB: 1024,
      timeout: Duration.seconds(29),
      ...props,
    });
    // A file that could not be read is asked for again by a person, and answered once.
    this.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    // Apart from the role's other rights: those have to be there before the function is, and this names it.
    const callsItself = new Policy(scope, `${id}CallsItself`, { statements: [mayInvoke(this)] });
    this.role?.attachInlinePolicy(callsItself);
  }
}
