/** What would be on AWS. The code of functions is left out here: the tests of the handlers run it. */
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../functions/environment.ts';
import type { MailtlsStack } from '../../infra/stack.ts';
import { AGENT, EHLO, resourcesOf, short, stackOf } from './stack-template.ts';

const vpc = resourcesOf({ prober: 'vpc' });
const functions = vpc.of('AWS::Lambda::Function').map(([, properties]) => properties);

test('evidence outlives its stack, can be restored to any second, and is paid for by use', () => {
  expect(Object.values(vpc.template.findResources('AWS::DynamoDB::GlobalTable'))).toMatchObject([
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

test('a table that was restored takes the place of the stack’s own, which stays', () => {
  const restored = resourcesOf({ table: 'mailtls-restored' });
  expect(restored.of('AWS::DynamoDB::GlobalTable')).toHaveLength(1);
  for (const [, { Environment }] of restored.of('AWS::Lambda::Function')) {
    expect(Environment.Variables.MAILTLS_TABLE).toBe('mailtls-restored');
  }
  const arn = 'arn:AWS::Partition:dynamodb:AWS::Region:AWS::AccountId:table/mailtls-restored';
  const tables = restored
    .of('AWS::IAM::Policy')
    .flatMap(([, { PolicyDocument }]) => short(PolicyDocument.Statement))
    .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('dynamodb:')))
    .map(({ Resource }) => Resource);
  expect(new Set(tables)).toEqual(new Set([arn]));
});

test('there are four functions, each on Node 24 and arm64, and each shows its source in errors', () => {
  expect(functions.map(({ Description }) => String(Description)).toSorted()).toEqual([
    'Answers HTTP requests and serves the pages',
    'Answers Slack: commands, buttons, forms and messages',
    'Checks one domain and answers with its report',
    'Connects to one mail server on port 25',
  ]);
  for (const properties of functions) {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
    });
  }
});

test.each([{}, { prober: 'vpc' }, AGENT])(
  'every setting a function is given is one that it reads: %j',
  (deployment) => {
    for (const [, { Environment }] of resourcesOf(deployment).of('AWS::Lambda::Function')) {
      const names = Object.keys(Environment.Variables).filter((name) => name !== 'NODE_OPTIONS');
      expect(names).toContain('MAILTLS_EHLO_NAME');
      expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(names));
    }
  },
);

test('every function writes to a log of its own that forgets after a month', () => {
  const logs = vpc.of('AWS::Logs::LogGroup');
  for (const [, { RetentionInDays }] of logs) expect(RetentionInDays).toBe(30);
  const written = functions.map(({ LoggingConfig }) => LoggingConfig);
  expect(new Set(written.map(({ LogGroup }) => LogGroup.Ref)).size).toBe(functions.length);
  for (const { LogFormat, LogGroup } of written) {
    expect(LogFormat).toBe('JSON');
    expect(logs.map(([name]) => name)).toContain(LogGroup.Ref);
  }
});

test.each([
  ['90000', 120, 240],
  ['1500', 32, 64],
  ['870000', 900, 1800],
])(
  'a check with a deadline of %s ms has %i s on Lambda, its message %i s',
  (deadlineMs, seconds, visible) => {
    const deployed = resourcesOf({}, { ...EHLO, MAILTLS_DEADLINE_MS: deadlineMs });
    const check = deployed.of('AWS::Lambda::Function').find(([name]) => name.startsWith('Check'));
    expect(check?.[1]).toMatchObject({ Timeout: seconds });
    const queue = deployed.of('AWS::SQS::Queue').find(([, { RedrivePolicy }]) => RedrivePolicy !== undefined);
    expect(queue?.[1]).toMatchObject({ VisibilityTimeout: visible });
  },
);

test('domains come to the check five at a time; one that fails fails alone, and after three times is put aside', () => {
  expect(vpc.of('AWS::Lambda::EventSourceMapping').map(([, properties]) => short(properties))).toMatchObject([
    {
      BatchSize: 5,
      EventSourceArn: 'CheckQueue.Arn',
      FunctionName: 'Check',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    },
  ]);
  const queues = vpc.of('AWS::SQS::Queue').map(([, properties]) => short(properties));
  expect(queues).toHaveLength(2);
  expect(queues).toContainEqual(
    expect.objectContaining({
      RedrivePolicy: { deadLetterTargetArn: 'CheckQueueDeadLetters.Arn', maxReceiveCount: 3 },
    }),
  );
  expect(queues).toContainEqual(expect.objectContaining({ MessageRetentionPeriod: 14 * 86_400 }));
});

test('every queue, and the topic of alarms, takes requests over TLS alone; queues are encrypted', () => {
  const { of } = resourcesOf(AGENT);
  for (const [, { SqsManagedSseEnabled }] of of('AWS::SQS::Queue')) expect(SqsManagedSseEnabled).toBe(true);
  const policies = [...of('AWS::SQS::QueuePolicy'), ...of('AWS::SNS::TopicPolicy')];
  expect(policies).toHaveLength(of('AWS::SQS::Queue').length + 1);
  for (const [, { PolicyDocument }] of policies) {
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  }
});

test('the Slack secret is made without anything of Slack’s in the template', () => {
  expect(vpc.of('AWS::SecretsManager::Secret').map(([, properties]) => properties)).toMatchObject([
    {
      SecretString: '{"signingSecret":"","botToken":""}',
    },
  ]);
});

test('no account and no region stands in the stack', () => {
  expect(stackOf().environment).toBe('aws://unknown-account/unknown-region');
});

const warnings = (stack: MailtlsStack): readonly unknown[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => entry.data);

test('whoever deploys without a way to mail servers is told what answers will be made of', () => {
  expect(warnings(stackOf())).toEqual([expect.stringContaining('prober is none')]);
  expect(warnings(stackOf({ prober: 'vpc' }))).toEqual([]);
  expect(warnings(stackOf(AGENT))).toEqual([]);
});
