/** The key of page links, made by Secrets Manager. Apart from Slack's, which the function that opens links may not read. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export class LinkSecret extends Secret {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'mailtls: the key of links to pages',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A new key ends every link that is out, so people rotate it when they want that, as docs/operate.md says.',
    });
  }
}
