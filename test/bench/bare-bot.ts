/** The least that Bolt can do on Lambda: one command, acknowledged at once. */
import { App, AwsLambdaReceiver } from '@slack/bolt';

const receiver = new AwsLambdaReceiver({ signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '' });
const app = new App({ receiver, authorize: async () => ({ botToken: 'none' }) });
app.command('/mailtls', async ({ ack, command }) => ack({ text: `asked: ${command.text}` }));
export const handler = receiver.toHandler();
