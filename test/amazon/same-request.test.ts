/** Each operation, as it is asked here and as Amazon's own client asks it: the same request, and a signature that holds. */
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type {
  CreateTableCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { Lambda } from '@aws-sdk/client-lambda';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { invoke } from '../../functions/amazon/invoke.ts';
import { callJson } from '../../functions/amazon/json-operations.ts';
import type { JsonOperation } from '../../functions/amazon/json-operations.ts';
import { createService } from '../../functions/amazon/late-service.ts';
import type { AmazonService, ServiceName } from '../../functions/amazon/service.ts';
import { CREDENTIALS } from '../aws/aws-services.ts';
import { answering, startRecorder } from './recorder.ts';
import { isSignedWith } from './signature.ts';
import type { SignedRequest } from './signature.ts';

const SECRET_KEY = CREDENTIALS.AWS_SECRET_ACCESS_KEY;

beforeEach(() => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a session');
});
afterEach(() => vi.unstubAllEnvs());

const KEY = { pk: { S: 'DOMAIN#vendor.example' }, sk: { S: 'LATEST' } };
const BYTES = new Uint8Array([0, 255, 10]);
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/123456789012/checks';
const GET: GetItemCommandInput = { TableName: 'mailtls', Key: KEY, ConsistentRead: true };
const PUT: PutItemCommandInput = {
  TableName: 'mailtls',
  Item: { ...KEY, at: { N: '1' }, body: { B: BYTES } },
  ConditionExpression: 'attribute_not_exists(pk) OR untilMs < :now',
  ExpressionAttributeValues: { ':now': { N: '2' } },
};
const QUERY: QueryCommandInput = {
  TableName: 'mailtls',
  KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: { ':pk': { S: 'a “quoted” ö' }, ':prefix': { S: 'RUN#' } },
  ScanIndexForward: false,
  Limit: 3,
  ExclusiveStartKey: KEY,
};
const TABLE: CreateTableCommandInput = {
  TableName: 'mailtls',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};
const KEYS = { RequestItems: { mailtls: { Keys: [KEY], ConsistentRead: true } } };
const WRITES = { RequestItems: { mailtls: [{ PutRequest: { Item: KEY } }] } };
const REMOVED = { TableName: 'mailtls', Key: KEY, ConditionExpression: 'attribute_exists(pk)' };
const SCAN = { TableName: 'mailtls', FilterExpression: 'untilMs < :now', Limit: 100 };
const SENT = { QueueUrl: QUEUE, MessageBody: '{"domain":"bücher.example"}', DelaySeconds: 30 };
const WANTED = { QueueUrl: QUEUE, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 };
const DONE = { QueueUrl: QUEUE, ReceiptHandle: 'a handle' };

type Ask = (endpoint: string) => Promise<unknown>;

const table = (endpoint: string): DynamoDB => new DynamoDB({ endpoint });
const queue = (endpoint: string): SQS => new SQS({ endpoint, useQueueUrlAsEndpoint: false, md5: false });

const OPERATIONS: readonly (readonly [JsonOperation, ServiceName, object, Ask])[] = [
  ['BatchGetItem', 'dynamodb', KEYS, (at) => table(at).batchGetItem(KEYS)],
  ['BatchWriteItem', 'dynamodb', WRITES, (at) => table(at).batchWriteItem(WRITES)],
  ['CreateTable', 'dynamodb', TABLE, (at) => table(at).createTable(TABLE)],
  ['DeleteItem', 'dynamodb', REMOVED, (at) => table(at).deleteItem(REMOVED)],
  ['DescribeTable', 'dynamodb', { TableName: 'a' }, (at) => table(at).describeTable({ TableName: 'a' })],
  ['GetItem', 'dynamodb', GET, (at) => table(at).getItem(GET)],
  [
    'PutItem',
    'dynamodb',
    { ...PUT, Item: { ...PUT.Item, body: { B: Buffer.from(BYTES).toString('base64') } } },
    (at) => table(at).putItem(PUT),
  ],
  ['Query', 'dynamodb', QUERY, (at) => table(at).query(QUERY)],
  ['Scan', 'dynamodb', SCAN, (at) => table(at).scan(SCAN)],
  ['DeleteMessage', 'sqs', DONE, (at) => queue(at).deleteMessage(DONE)],
  ['ReceiveMessage', 'sqs', WANTED, (at) => queue(at).receiveMessage(WANTED)],
  ['SendMessage', 'sqs', SENT, (at) => queue(at).sendMessage(SENT)],
  [
    'GetSecretValue',
    'secretsmanager',
    { SecretId: 'mailtls/slack' },
    (endpoint) => new SecretsManager({ endpoint }).getSecretValue({ SecretId: 'mailtls/slack' }),
  ],
];

/** What a service goes by. */
const meaning = ({ method, path, headers, body }: SignedRequest) => ({
  method,
  path,
  type: headers['content-type'],
  target: headers['x-amz-target'],
  invocation: headers['x-amz-invocation-type'],
  host: headers['host'],
  session: headers['x-amz-security-token'],
  scope: /\/(\d{8}\/[^,]+),/.exec(String(headers['authorization']))?.[1],
  body: JSON.parse(body),
});

async function bothAsked(name: ServiceName, ours: (service: AmazonService) => Promise<unknown>, theirs: Ask) {
  const { endpoint, requests } = await startRecorder(answering(200, {}));
  const service = createService({
    name,
    endpoint,
    accessKey: null,
    timeoutMs: 5_000,
    attempts: 1,
    keepsConnections: false,
  });
  await ours(service);
  await theirs(endpoint);
  service.close();
  expect(requests).toHaveLength(2);
  return requests;
}

test.each(OPERATIONS)('%s', async (operation, name, input, theirs) => {
  const [own, amazons] = await bothAsked(name, (service) => callJson(service, operation, input), theirs);
  expect(own && meaning(own)).toEqual(amazons && meaning(amazons));
  expect([own, amazons].map((one) => one && isSignedWith(SECRET_KEY, one))).toEqual([true, true]);
});

test.each([
  ['Event', false, 'arn:aws:lambda:us-east-1:123456789012:function:mailtls-slack'],
  ['RequestResponse', true, 'mailtls-probe'],
] as const)('Invoke, %s', async (type, waits, functionName) => {
  const event = { domain: 'bücher.example' };
  const [own, amazons] = await bothAsked(
    'lambda',
    (service) => invoke(service, { functionName, event, waits }),
    (endpoint) =>
      new Lambda({ endpoint }).invoke({
        FunctionName: functionName,
        InvocationType: type,
        Payload: Buffer.from(JSON.stringify(event)),
      }),
  );
  expect(own && meaning(own)).toEqual(amazons && meaning(amazons));
  expect([own, amazons].map((one) => one && isSignedWith(SECRET_KEY, one))).toEqual([true, true]);
});

test('a signature holds for one request, one key and nothing else', async () => {
  const [own] = await bothAsked(
    'sqs',
    (service) => callJson(service, 'SendMessage', SENT),
    (at) => queue(at).sendMessage(SENT),
  );
  if (own === undefined) throw new Error('nothing was asked');
  const { headers } = own;
  const others: readonly SignedRequest[] = [
    { ...own, body: own.body.replace('30', '31') },
    { ...own, path: '/other' },
    { ...own, headers: { ...headers, 'x-amz-target': 'AmazonSQS.DeleteMessage' } },
    { ...own, headers: { ...headers, host: 'other.example' } },
    { ...own, headers: { ...headers, authorization: undefined } },
  ];
  expect(others.map((one) => isSignedWith(SECRET_KEY, one))).toEqual(others.map(() => false));
  expect(isSignedWith('another', own)).toBe(false);
});
