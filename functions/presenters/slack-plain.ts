/** A message for a Slack that refuses its layout: what its notification says, and nothing to press. */
import { words } from './slack-blocks.ts';
import type { SlackMessage } from './slack-message.ts';

/** @param text escaped, as that of every message is */
export const withoutLayout = (text: string): SlackMessage => ({ text, blocks: [words(text)] });
