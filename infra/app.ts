/**
 * The CDK application: reads `cdk.json`'s context and hands it to the one stack. The rules of AWS Solutions are held
 * against it at each synthesis; where one of them is not followed, the reason stands beside the resource.
 */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readContext } from './context.ts';
import { MailtlsStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
export const mailtls = new MailtlsStack(
  app,
  'Mailtls',
  readContext(app.node.tryGetContext('settings'), app.node.tryGetContext('deployment')),
);
