/** What would be on AWS. The code of functions is left out here: `check.handler.test.ts` runs it. */
import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../functions/environment.ts';
import { settingsOfContext } from '../../infra/context.ts';
import { MailtlsStack } from '../../infra/stack.ts';

function stackOf(settings: Record<string, string> = {}): MailtlsStack {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return new MailtlsStack(app, 'Mailtls', settingsOfContext(settings));
}
const template = Template.fromStack(stackOf({ MAILTLS_EHLO_NAME: 'probe.mail.example' }));
const resources = (type: string) => Object.values(template.findResources(type));
const functions = resources('AWS::Lambda::Function');

test('evidence outlives its stack, can be restored to any second, and is paid for by use', () => {
  expect(resources('AWS::DynamoDB::GlobalTable')).toMatchObject([
    {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
      },
    },
  ]);
});

test('every function runs on Node 24 and arm64 and shows its source in errors', () => {
  expect(functions.length).toBeGreaterThan(0);
  for (const { Properties } of functions) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
    });
  }
});

test('every setting a function is given is one that it reads', () => {
  for (const { Properties } of functions) {
    const names = Object.keys(Properties.Environment.Variables).filter((name) => name !== 'NODE_OPTIONS');
    expect(names).toContain('MAILTLS_EHLO_NAME');
    expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(names));
  }
});

test('every function writes to a log of its own that forgets, and may do nothing else', () => {
  const logs = Object.entries(template.findResources('AWS::Logs::LogGroup'));
  const policies = resources('AWS::IAM::Policy');
  expect(logs).toHaveLength(functions.length);
  for (const [name, { Properties }] of logs) {
    expect(Properties).toMatchObject({ RetentionInDays: 30 });
    expect(functions).toContainEqual(
      expect.objectContaining({
        Properties: expect.objectContaining({
          LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: name } },
        }),
      }),
    );
    expect(policies.map((policy) => policy['Properties'].PolicyDocument.Statement)).toContainEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [name, 'Arn'] },
      },
    ]);
  }
  expect(policies).toHaveLength(functions.length);
  for (const role of resources('AWS::IAM::Role'))
    expect(role['Properties']).not.toHaveProperty('ManagedPolicyArns');
});

test.each([
  ['90000', 120],
  ['1500', 32],
  ['900000', 900],
])('a check with a deadline of %s ms has %i s on Lambda', (deadlineMs, seconds) => {
  const deployed = Template.fromStack(stackOf({ MAILTLS_DEADLINE_MS: deadlineMs }));
  expect(Object.values(deployed.findResources('AWS::Lambda::Function'))).toMatchObject([
    { Properties: { Timeout: seconds } },
  ]);
});

test('no account and no region stands in the stack', () => {
  expect(stackOf().environment).toBe('aws://unknown-account/unknown-region');
});

const warnings = (stack: MailtlsStack): readonly unknown[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => entry.data);

test('whoever deploys without a name for EHLO is told', () => {
  expect(warnings(stackOf())).toEqual([expect.stringContaining('MAILTLS_EHLO_NAME is empty')]);
  expect(warnings(stackOf({ MAILTLS_EHLO_NAME: 'probe.mail.example' }))).toEqual([]);
});

test.each([
  [{ MAILTLS_EHLO: 'a' }, 'MAILTLS_EHLO is not a setting'],
  [{ MAILTLS_SMTP_PORT: 25 }, 'MAILTLS_SMTP_PORT must be a text'],
  [{ MAILTLS_SMTP_PORT: 'smtp' }, 'MAILTLS_SMTP_PORT must be a port number from 1 to 65535'],
  [['MAILTLS_SMTP_PORT'], 'it must be an object of texts by setting name'],
  [null, 'it must be an object of texts by setting name'],
])('a mistake in the settings of cdk.json ends the synthesis: %j', (settings, sentence) => {
  expect(() => settingsOfContext(settings)).toThrow(`cdk.json, context.settings: ${sentence}.`);
});

test('settings that are not given, or blank, keep their defaults', () => {
  expect(settingsOfContext(undefined).given).toEqual({});
  expect(settingsOfContext({ MAILTLS_EHLO_NAME: ' ' })).toMatchObject({
    given: {},
    settings: { MAILTLS_SMTP_PORT: 25, MAILTLS_EHLO_NAME: '' },
  });
});
