/** The CDK application: reads the settings of `cdk.json`'s context and hands them to the one stack. */
import { App } from 'aws-cdk-lib';
import { settingsOfContext } from './context.ts';
import { MailtlsStack } from './stack.ts';

const app = new App();
export const mailtls = new MailtlsStack(
  app,
  'Mailtls',
  settingsOfContext(app.node.tryGetContext('settings')),
);
