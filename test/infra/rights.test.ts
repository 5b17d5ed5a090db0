/** Every right in the template, line by line: what is not in these tables is not there. */
import { describe, expect, test } from 'vitest';
import {
  agentResultKey,
  certificateKey,
  type Key,
  latestKey,
  onceKey,
  probeKey,
  queuedKey,
  recentKey,
  waitsKey,
} from '../../functions/store/keys.ts';
import { AGENT, EHLO, type Resources, resourcesOf, short, withoutHash } from './stack-template.ts';

const READ = 'Allow dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query on Evidence.Arn';
const WRITE = 'Allow dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:PutItem on Evidence.Arn';
const rows = (actions: string, ...partitions: string[]): string =>
  `Allow ${actions} on Evidence.Arn if ${JSON.stringify({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  })}`;
const log = (name: string): string => `Allow logs:CreateLogStream logs:PutLogEvents on ${name}Logs.Arn`;
const ORDER = 'Allow sqs:SendMessage on CheckQueue.Arn';
const SECRET = 'Allow secretsmanager:GetSecretValue on SlackSecret';
const LINK_SECRET = 'Allow secretsmanager:GetSecretValue on LinkSecret';
const NETWORK =
  'ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ' +
  'ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses on *';

const READ_ROWS = 'dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query';
const WRITE_ROWS = 'dynamodb:DeleteItem dynamodb:PutItem';
const EVIDENCE = ['CERT#*', 'DOMAIN#*', 'MXIP#*'];
const BY_SLACK = ['LOCK#*', 'ONCE#*', 'SLACKTEAM#*', 'WAITS#*'];

const http = [log('Http'), rows(READ_ROWS, ...EVIDENCE, 'LOCK#*'), rows(WRITE_ROWS, 'LOCK#*'), ORDER];
const slack = [
  log('Slack'),
  rows(READ_ROWS, ...EVIDENCE, ...BY_SLACK),
  rows(WRITE_ROWS, ...BY_SLACK),
  ORDER,
  SECRET,
  'Allow lambda:InvokeFunction on Slack.Arn',
];
const check = [
  log('Check'),
  READ,
  WRITE,
  ORDER,
  SECRET,
  'Allow sqs:ReceiveMessage sqs:ChangeMessageVisibility sqs:GetQueueUrl sqs:DeleteMessage sqs:GetQueueAttributes on CheckQueue.Arn',
];
const probe = [
  log('Probe'),
  `Allow ${NETWORK}`,
  `Deny ${NETWORK} if ${JSON.stringify({
    ArnLike: {
      'lambda:SourceFunctionArn': 'arn:AWS::Partition:lambda:AWS::Region:AWS::AccountId:function:*',
    },
  })}`,
];
const agent = [
  'Allow sqs:DeleteMessage sqs:ReceiveMessage on AgentQueue.Arn',
  rows('dynamodb:PutItem', 'AGENT#*'),
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}
const sentence = ({ Effect, Action, Resource, Condition }: Statement): string =>
  `${Effect} ${[Action].flat().join(' ')} on ${[Resource].flat().join(' ')}${Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`}`;

/** By role, each statement as a sentence. */
function rightsOf({ of }: Resources): Record<string, readonly string[]> {
  const rights: Record<string, readonly string[]> = {};
  for (const [, { PolicyDocument, Roles }] of of('AWS::IAM::Policy')) {
    const statements: readonly Statement[] = short(PolicyDocument.Statement);
    const role = withoutHash(Roles[0].Ref);
    rights[role] = [...(rights[role] ?? []), ...statements.map(sentence)].toSorted();
  }
  return rights;
}
const sorted = (rights: Record<string, readonly string[]>) =>
  Object.fromEntries(Object.entries(rights).map(([role, lines]) => [role, lines.toSorted()]));

describe('rights', () => {
  test('of a deployment that connects to no mail server', () => {
    expect(rightsOf(resourcesOf())).toEqual(sorted({ HttpRole: http, SlackRole: slack, CheckRole: check }));
  });

  test('of one that probes from a VPC: the probe may touch no data, and its own code not even the network’s settings', () => {
    expect(rightsOf(resourcesOf({ prober: 'vpc' }))).toEqual(
      sorted({
        HttpRole: http,
        SlackRole: slack,
        CheckRole: [...check, 'Allow lambda:InvokeFunction on Probe.Arn'],
        ProbeRole: probe,
      }),
    );
  });

  test('of one with an agent, which takes probes and writes rows of its own, and reads none', () => {
    expect(rightsOf(resourcesOf(AGENT))).toEqual(
      sorted({
        HttpRole: http,
        SlackRole: slack,
        CheckRole: [...check, 'Allow sqs:SendMessage on AgentQueue.Arn'],
        AgentRole: agent,
      }),
    );
  });

  test('of one with page links: those who sign or open them read their key, and who opens them nothing of Slack’s', () => {
    expect(rightsOf(resourcesOf({}, { ...EHLO, MAILTLS_PAGE_LINKS: 'true' }))).toEqual(
      sorted({
        HttpRole: [...http, LINK_SECRET],
        SlackRole: [...slack, LINK_SECRET],
        CheckRole: [...check, LINK_SECRET],
      }),
    );
  });
});

test.each([{}, { prober: 'vpc' }, AGENT])('nobody has rights from anywhere else: %j', (deployment) => {
  const { of, types } = resourcesOf(deployment);
  for (const [, role] of of('AWS::IAM::Role')) {
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    expect(role).not.toHaveProperty('Policies');
  }
  for (const type of [
    'AWS::IAM::User',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::AccessKey',
    'AWS::Lambda::Url',
  ]) {
    expect(types).not.toContain(type);
  }
});

/** What the partition keys begin with that a role may write in an agent's deployment. */
const rowsOf = (role: string): readonly string[] =>
  resourcesOf(AGENT)
    .of('AWS::IAM::Policy')
    .filter(([, { Roles }]) => withoutHash(Roles[0].Ref) === role)
    .flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes('dynamodb:PutItem'))
    .flatMap(({ Condition }) => Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? []);
const mayWriteKey = (role: string, { pk }: Key): boolean =>
  rowsOf(role).some((row) => pk.startsWith(row.replace('*', '')));

test('the rows that a door writes are among those that it may write', () => {
  const order = queuedKey('vendor.example');
  const bySlack = [order, waitsKey('vendor.example', 'id'), onceKey('digest'), recentKey('T1', 'U1')];
  const evidence = [
    latestKey('vendor.example'),
    certificateKey('digest'),
    probeKey({ ip: '192.0.2.1', port: 25, serverName: 'mx.example', observedAt: '' }),
  ];
  expect([order].map((key) => mayWriteKey('HttpRole', key))).toEqual([true]);
  expect(bySlack.map((key) => mayWriteKey('SlackRole', key))).toEqual([true, true, true, true]);
  expect(mayWriteKey('AgentRole', agentResultKey('id'))).toBe(true);
  for (const role of ['HttpRole', 'SlackRole', 'AgentRole']) {
    expect(evidence.map((key) => mayWriteKey(role, key))).toEqual([false, false, false]);
  }
  expect(bySlack.map((key) => mayWriteKey('AgentRole', key))).toEqual([false, false, false, false]);
});

test('a function is taken on by Lambda alone, the agent’s role by its host alone', () => {
  const trusted = resourcesOf(AGENT)
    .of('AWS::IAM::Role')
    .map(([name, { AssumeRolePolicyDocument }]) => [
      withoutHash(name),
      AssumeRolePolicyDocument.Statement.map(
        ({ Action, Principal }: { Action: string; Principal: object }) => [Action, Principal],
      ),
    ]);
  const lambda = [['sts:AssumeRole', { Service: 'lambda.amazonaws.com' }]];
  expect(Object.fromEntries(trusted)).toEqual({
    HttpRole: lambda,
    SlackRole: lambda,
    CheckRole: lambda,
    AgentRole: [['sts:AssumeRole', { AWS: AGENT.agentPrincipal }]],
  });
});

test('functions are called by our API, our rule and our queue, and by nobody else', () => {
  const permissions = resourcesOf({ prober: 'vpc' })
    .of('AWS::Lambda::Permission')
    .map(([, properties]) => short(properties))
    .map(({ FunctionName, Principal, SourceArn }) => `${FunctionName} by ${Principal} from ${SourceArn}`);
  expect(new Set(permissions.map((line) => line.replace(/(?<=AccountId:Api)[^/]*.*$/, '')))).toEqual(
    new Set([
      'Check.Arn by events.amazonaws.com from CanarySchedule.Arn',
      'Http.Arn by apigateway.amazonaws.com from arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Api',
      'Slack.Arn by apigateway.amazonaws.com from arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Api',
    ]),
  );
});

test('the probe is told nothing of tables, queues or secrets', () => {
  const found = resourcesOf({ prober: 'vpc' }, { ...EHLO, MAILTLS_RESOLVERS: 'udp://127.0.0.1' })
    .of('AWS::Lambda::Function')
    .find(([name]) => name.startsWith('Probe'));
  expect(Object.keys(found?.[1]['Environment'].Variables)).toEqual([
    'NODE_OPTIONS',
    'MAILTLS_EHLO_NAME',
    'MAILTLS_DEADLINE_MS',
  ]);
});
