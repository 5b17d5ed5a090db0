/** Clients of AWS services are bounded in time: whoever asks waits for them, and Slack no longer than three seconds. */
import { createServer } from 'node:http';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { awsClientConfiguration, failureDetail } from '../../functions/aws/aws-client.ts';
import { CREDENTIALS } from './aws-services.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

test('a service that takes the request and never answers is asked twice, and then given up', async () => {
  let requests = 0;
  const silent = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const client = new SQSClient(awsClientConfiguration({ endpoint, timeoutMs: 50 }));
  try {
    const asking = client.send(new GetQueueAttributesCommand({ QueueUrl: `${endpoint}/1/checks` }));
    expect(failureDetail(await asking.catch((error: unknown) => error))).toContain('TimeoutError');
    expect(requests).toBe(2);
  } finally {
    client.destroy();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  }
});
