/**
 * Slack's signing secret and bot token, and the key of page links. Made with the two of Slack empty: people put them
 * there, so that they never pass through a template or a build. The key of links is made by Secrets Manager.
 */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export class SlackSecret extends Secret {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'mailtls: signingSecret and botToken of the Slack app, linkKey of page links',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ signingSecret: '', botToken: '' }),
        generateStringKey: 'linkKey',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Slack makes the signing secret and gives no interface to change it, so no function can rotate it. People do, as docs/operate.md says; functions take up the new one within 15 minutes.',
    });
  }
}
