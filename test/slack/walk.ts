/**
 * What the walks through the bot's surfaces share: the lab, Slack and the bot for a file of tests, people who do
 * things in Slack, and what they read. After every test, nothing that was sent may have broken a rule.
 */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { KnownBlock } from '@slack/types';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { SCOPES } from '../../functions/slack/manifest.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { pressedInMessage, slashCommand } from './events.ts';
import type { Deed } from './events.ts';
import { expectNoFaults } from './limits.ts';
import { startSlackApi } from './slack-api.ts';
import type { Call, SlackApi } from './slack-api.ts';
import { PAGES, startWalkBot } from './walk-bot.ts';
import type { Replied, WalkBot } from './walk-bot.ts';
import { wordsOf } from './words.ts';

export interface Walk {
  readonly lab: Lab;
  readonly slack: SlackApi;
  readonly bot: WalkBot;
  /** Somebody who has not been seen before does something. */
  readonly somebody: (channel?: string) => Deed;
  /** The same person does something else. */
  readonly again: (deed: Deed) => Deed;
  /** Types a command. */
  readonly ask: (deed: Deed, text: string) => Promise<Replied>;
  /** What is said at the `response_url` of a deed, as soon as there is so much of it. */
  readonly posted: (deed: Deed, count?: number) => Promise<readonly Call[]>;
  /** What is said in conversations after so much was said. */
  readonly saidAfter: (count: number, more?: number) => Promise<readonly Call[]>;
  /** The answer about a domain as people get it, which is stored from then on. */
  readonly known: (domain: string) => Promise<unknown>;
  /** Presses a button of a message that only its reader sees. */
  readonly press: (deed: Deed, message: unknown, label: string) => Promise<Replied>;
  /** The modal that was opened last. */
  readonly lastModal: () => unknown;
}

const WAIT = { timeout: 15_000 } as const;

/** What a call needs the app to be allowed (docs.slack.dev, methods, read 2026-11-22); null: nothing. */
const SCOPE_OF: Readonly<Record<string, keyof typeof SCOPES | null>> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'files.info': 'files:read',
  files: 'files:read',
  response_url: 'commands',
  'views.open': null,
  'views.update': null,
  'views.publish': null,
  'functions.completeSuccess': null,
  'functions.completeError': null,
};

/** Starts everything for the tests of a file, and stops it after them. To be called once, outside of tests. */
export function useWalk(): Walk {
  const machineRoots = getCACertificates('default');
  let people = 0;
  let lab: Lab;
  let slack: SlackApi;
  let bot: WalkBot;

  beforeAll(async () => {
    [lab, slack] = await Promise.all([
      startLab({ secondMs: 60 }),
      startSlackApi({ expected: { links: [PAGES] } }),
    ]);
    setDefaultCACertificates([...machineRoots, lab.caPem]);
    bot = await startWalkBot(lab, slack);
  });
  afterAll(async () => {
    await bot?.close();
    await Promise.all([lab?.close(), slack?.close()]);
    setDefaultCACertificates(machineRoots);
  });
  afterEach(() => {
    expectNoFaults(slack.calls.flatMap(({ faults }) => faults));
    const mistakes = bot.log.filter(({ event }) => event === 'slack-mistake' || event === 'store-failed');
    if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
    for (const { to } of slack.calls) {
      const scope = SCOPE_OF[to];
      if (scope === undefined) throw new Error(`nobody has read what ${to} needs`);
      if (scope !== null && !(scope in SCOPES)) throw new Error(`the manifest does not ask for ${scope}`);
    }
    slack.faults.clear();
  });

  const somebody = (channel?: string): Deed =>
    slack.deed({ user: `U0PERSON${(people += 1)}`, ...(channel === undefined ? {} : { channel }) });
  const ask = (deed: Deed, text: string): Promise<Replied> => bot.send(slashCommand(deed, text));
  const posted = async (deed: Deed, count = 1): Promise<readonly Call[]> => {
    await expect.poll(() => slack.posts(deed).length, WAIT).toBeGreaterThanOrEqual(count);
    return slack.posts(deed);
  };

  return {
    get lab() {
      return lab;
    },
    get slack() {
      return slack;
    },
    get bot() {
      return bot;
    },
    somebody,
    again: ({ user, channel }) => slack.deed({ user, channel }),
    ask,
    posted,
    saidAfter: async (count, more = 1) =>
      (await slack.waitFor('chat.postMessage', count + more)).slice(count),
    async known(domain) {
      const first = somebody();
      const { payload } = await ask(first, domain);
      return /are being asked/.test(wordsOf(payload)) ? (await posted(first))[0]?.payload : payload;
    },
    press(deed, message, label) {
      const buttons = buttonsOf(message);
      const button = buttons.get(label);
      if (button === undefined) throw new Error(`no "${label}" among ${[...buttons.keys()].join(', ')}`);
      return bot.send(pressedInMessage(deed, button, { ts: '1763791000.000100', ephemeral: true }));
    },
    lastModal: () => slack.callsTo('views.open').at(-1)?.payload['view'],
  };
}

interface PressedButton {
  readonly action_id: string;
  readonly value?: string;
}

/** The buttons of a message, by what they say. */
export function buttonsOf(payload: unknown): ReadonlyMap<string, PressedButton> {
  const { blocks = [] }: { readonly blocks?: readonly KnownBlock[] } = Object(payload);
  const elements = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
  return new Map(
    elements.flatMap((element): [string, PressedButton][] => {
      if (element.type !== 'button') return [];
      const { action_id: id = '', value } = element;
      return [[element.text.text, { action_id: id, ...(value === undefined ? {} : { value }) }]];
    }),
  );
}

/** What stands in Slack's own markup, where a stranger's words would act. */
export function markupOf(payload: unknown): string {
  const texts: string[] = [];
  JSON.stringify(payload, (_, value: unknown) => {
    if (Object(value).type === 'mrkdwn') texts.push(String(Object(value).text));
    return value;
  });
  return texts.join('\n');
}

/** Stands in the headers below and nowhere else. */
export const MARK = 'qzx7-marker';

export const received = (hop: string): string =>
  `Received: from ${hop}.vendor.example (${hop}.vendor.example [192.0.2.10]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.us.example (Postfix) with ESMTPS id 4Pf1aa2222z2abc for <ann@us.example>; Sun, 22 Nov 2026 00:08:00 +0000`;

export const HEADER = [received(MARK), received('second'), `Subject: ${MARK}`, 'To: ann@us.example', ''].join(
  '\r\n',
);
