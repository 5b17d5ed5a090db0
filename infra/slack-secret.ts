/**
 * Slack's signing secret and bot token. Made with both empty: people put them there, so that they never pass through a
 * template or a build.
 */
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

const EMPTY = SecretValue.unsafePlainText('');

export class SlackSecret extends Secret {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'mailtls: signingSecret and botToken of the Slack app',
      secretObjectValue: { signingSecret: EMPTY, botToken: EMPTY },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Slack makes the signing secret and gives no interface to change it, so no function can rotate it. People do, as docs/operate.md says; functions take up the new one within 15 minutes.',
    });
  }
}
