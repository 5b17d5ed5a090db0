/** Each layout as it is sent: held against Slack's limits, and kept as JSON so that a change of it is seen. */
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { faultsOfHome, faultsOfMessage, faultsOfModal } from '../slack/limits.ts';
import { HOMES, MESSAGES, MODALS, USER } from './slack-layouts.ts';

const EXPECTED = { users: [USER], links: ['https://mailtls.us.example/'] };

const onPaper = (layout: unknown): Promise<string> =>
  format(JSON.stringify(layout), { parser: 'json', printWidth: 110 });
const paper = (name: string): string => `../slack/layouts/${name}.json`;

test.each(Object.entries(MESSAGES))('the message "%s" is what Slack takes', async (name, message) => {
  expect(faultsOfMessage(message, { ...EXPECTED, to: 'response' })).toEqual([]);
  await expect(await onPaper(message)).toMatchFileSnapshot(paper(name));
});

test.each(Object.entries(MODALS))('the modal "%s" is what Slack takes', async (name, modal) => {
  expect(faultsOfModal(modal, EXPECTED)).toEqual([]);
  await expect(await onPaper(modal)).toMatchFileSnapshot(paper(name));
});

test.each(Object.entries(HOMES))('the Home "%s" is what Slack takes', async (name, home) => {
  expect(faultsOfHome(home, EXPECTED)).toEqual([]);
  await expect(await onPaper(home)).toMatchFileSnapshot(paper(name));
});
