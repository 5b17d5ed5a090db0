/**
 * The operations that are used of services with an AWS JSON protocol: a POST of JSON to one address, its name in a
 * header. Source: AWS JSON 1.0 and 1.1 protocols (smithy.io), and the API reference of each service.
 */
import type { AmazonService } from './service.ts';

/** As DynamoDB writes a value: text, a number in digits, or bytes in base64. Other kinds are none of ours. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
}
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Of a query or a scan. */
export interface Page {
  readonly Items?: readonly Attributes[];
  /** Where the next one begins; none: this was the last. */
  readonly LastEvaluatedKey?: Attributes;
}

type ByTable<T> = Readonly<Record<string, T>>;
export interface Write {
  readonly PutRequest?: { readonly Item: Attributes };
}

export interface QueueMessage {
  readonly Body: string;
  /** What it is deleted by. */
  readonly ReceiptHandle: string;
}

/** What is used of each answer. */
interface Outputs {
  readonly BatchGetItem: {
    readonly Responses?: ByTable<readonly Attributes[]>;
    readonly UnprocessedKeys?: ByTable<{ readonly Keys?: readonly Attributes[] }>;
  };
  readonly BatchWriteItem: { readonly UnprocessedItems?: ByTable<readonly Write[]> };
  readonly CreateTable: unknown;
  readonly DeleteItem: unknown;
  readonly DescribeTable: unknown;
  readonly GetItem: { readonly Item?: Attributes };
  readonly PutItem: unknown;
  readonly Query: Page;
  readonly Scan: Page;
  readonly DeleteMessage: unknown;
  readonly ReceiveMessage: { readonly Messages?: readonly QueueMessage[] };
  readonly SendMessage: unknown;
  readonly GetSecretValue: { readonly SecretString?: string };
}
export type JsonOperation = keyof Outputs;

const DYNAMODB = { contentType: 'application/x-amz-json-1.0', prefix: 'DynamoDB_20120810' };
const SQS = { contentType: 'application/x-amz-json-1.0', prefix: 'AmazonSQS' };
const SECRETS_MANAGER = { contentType: 'application/x-amz-json-1.1', prefix: 'secretsmanager' };

const SERVICE_OF: Readonly<Record<JsonOperation, typeof DYNAMODB>> = {
  BatchGetItem: DYNAMODB,
  BatchWriteItem: DYNAMODB,
  CreateTable: DYNAMODB,
  DeleteItem: DYNAMODB,
  DescribeTable: DYNAMODB,
  GetItem: DYNAMODB,
  PutItem: DYNAMODB,
  Query: DYNAMODB,
  Scan: DYNAMODB,
  DeleteMessage: SQS,
  ReceiveMessage: SQS,
  SendMessage: SQS,
  GetSecretValue: SECRETS_MANAGER,
};

/**
 * @param service the one the operation is of
 * @param input with the names and shapes of the API reference; bytes in base64
 * @throws as `AmazonService` does, and where the answer is no JSON
 */
export async function callJson<Operation extends JsonOperation>(
  service: AmazonService,
  operation: Operation,
  input: object,
  signal?: AbortSignal,
): Promise<Outputs[Operation]> {
  const { contentType, prefix } = SERVICE_OF[operation];
  const { body } = await service.send(
    {
      path: '/',
      headers: { 'content-type': contentType, 'x-amz-target': `${prefix}.${operation}` },
      body: JSON.stringify(input),
    },
    signal,
  );
  // SQS has nothing to say of a message that it deleted, not even `{}`.
  return JSON.parse(body === '' ? '{}' : body);
}
