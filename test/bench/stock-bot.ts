/** What one would write at first: Bolt, and one item of DynamoDB for a command, acknowledged with it. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { App, AwsLambdaReceiver } from '@slack/bolt';

const { SLACK_SIGNING_SECRET = '', MAILTLS_STORE_ENDPOINT = '', MAILTLS_TABLE = '' } = process.env;

const receiver = new AwsLambdaReceiver({ signingSecret: SLACK_SIGNING_SECRET });
const app = new App({ receiver, authorize: async () => ({ botToken: 'none' }) });
const client = new DynamoDBClient({ endpoint: MAILTLS_STORE_ENDPOINT });
app.command('/mailtls', async ({ ack, command }) => {
  const key = { pk: { S: `DOMAIN#${command.text}` }, sk: { S: 'LATEST' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: MAILTLS_TABLE, Key: key }));
  await ack({ text: Item === undefined ? 'Nothing is known.' : 'Something is known.' });
});
export const handler = receiver.toHandler();
