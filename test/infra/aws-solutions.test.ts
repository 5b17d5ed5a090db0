/** The rules of AWS Solutions (cdk-nag), and each place where one is not followed, with its reason. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, onTestFinished, test } from 'vitest';
import { readContext } from '../../infra/context.ts';
import { MailtlsStack } from '../../infra/stack.ts';
import { AGENT, EHLO } from './stack-template.ts';

function checkedApp(): App {
  const outdir = mkdtempSync(join(tmpdir(), 'mailtls-nag-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

const everything = { ...EHLO, MAILTLS_PAGE_LINKS: 'true' };

test.each([
  [{}, ['AwsSolutions-APIG4', 'AwsSolutions-APIG4', 'AwsSolutions-SMG4', 'AwsSolutions-SMG4']],
  [
    { prober: 'vpc', ipv6: 'true', alarmEmail: 'ops@us.example' },
    [
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions-SMG4',
      'AwsSolutions-SMG4',
      'AwsSolutions-VPC7',
    ],
  ],
  [
    AGENT,
    [
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-SMG4',
      'AwsSolutions-SMG4',
      'AwsSolutions-SQS3',
    ],
  ],
])('no rule is broken but those that are argued: %j', (deployment, argued) => {
  const app = checkedApp();
  const stack = new MailtlsStack(app, 'Mailtls', readContext(everything, deployment));
  expect(() => app.synth()).not.toThrow();
  const reasons = stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries<unknown>(data))
    // The library itself argues against rules of its own.
    .filter(([rule]) => rule.includes('AwsSolutions'));
  expect(reasons.map(([rule]) => rule.replace(/^.*::(?=AwsSolutions)/, '')).toSorted()).toEqual(argued);
  for (const [, reason] of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(80);
});

test('a rule that is broken without a word ends the synthesis', () => {
  const app = checkedApp();
  const open = new Queue(new Stack(app, 'Broken'), 'Open');
  expect(open.node.path).toBe('Broken/Open');
  expect(() => app.synth()).toThrow(/validation/i);
});
