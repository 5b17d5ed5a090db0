/** A deployment that answers in Slack: the lab as its internet, a stand-in for Slack, and links to pages switched on. */
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { BOT_TOKEN, SIGNING_SECRET, startSlackApi } from '../slack/slack-api.ts';
import type { SlackApi } from '../slack/slack-api.ts';
import { startStack } from './emulated-stack.ts';
import type { EmulatedStack, StackOptions } from './emulated-stack.ts';

export interface SlackDeployment {
  readonly lab: Lab;
  readonly slack: SlackApi;
  readonly stack: EmulatedStack;
  readonly close: () => Promise<void>;
}

export const SECRET = { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN };
const PAGES = 'https://lab.execute-api.us-east-1.amazonaws.com';

export async function startSlackDeployment(
  options: Omit<StackOptions, 'lab' | 'secret'>,
): Promise<SlackDeployment> {
  const lab = await startLab({ secondMs: 50 });
  const slack = await startSlackApi({ expected: { links: [PAGES] } });
  const stack = await startStack({
    ...options,
    lab,
    secret: SECRET,
    settings: {
      ...slack.environment(),
      MAILTLS_PAGE_LINKS: 'true',
      MAILTLS_PAGE_URL: PAGES,
      ...options.settings,
    },
  });
  return {
    lab,
    slack,
    stack,
    async close() {
      await stack.close();
      await slack.close();
      await lab.close();
    },
  };
}
