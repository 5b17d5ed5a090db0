/**
 * The least that could answer a request with what a table has: a bare Hono route that does one GetItem. Started
 * as `node bare-http.ts ENDPOINT ACCESS-KEY TABLE DOMAIN BYTES`; says the port it listens on.
 */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { latestKey } from '../../functions/store/keys.ts';

const [endpoint = '', accessKey = '', table = '', domain = '', bytes = '0'] = process.argv.slice(2);
const client = new DynamoDBClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: accessKey, secretAccessKey: accessKey },
});
const { pk, sk } = latestKey(domain);
const command = { TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true };
/** As long as the answer it is compared with. */
const text = 'x'.repeat(Number(bytes));

const app = new Hono();
app.get('/', async (c) => {
  const { Item: item } = await client.send(new GetItemCommand(command));
  return item === undefined ? c.notFound() : c.json({ text });
});
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.stdout.write(`${port}\n`));
