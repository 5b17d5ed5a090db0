/** App Home: what the bot does, a domain to ask about, and what whoever looks asked about lately. */
import type { InputBlock, KnownBlock } from '@slack/types';
import { wordAge } from './age-wording.ts';
import { ANSWER_LOOKS } from './answer-look.ts';
import type { HistoryState } from './history-schema.ts';
import { ACTIONS, BLOCKS, COMMAND, inRow } from './slack-actions.ts';
import { button, buttons, smallPrint, title, words } from './slack-blocks.ts';
import { always, fitted, VIEW_ROOM } from './slack-budget.ts';
import { HOW_IT_LOOKS, PRIVACY } from './slack-help.ts';
import type { SlackHome } from './slack-message.ts';
import { displayOf, plain, shownName } from './slack-text.ts';

/** What somebody asked about. */
export interface RecentDomain {
  /** A-label, lower case, no trailing dot. */
  readonly domain: string;
  /** Null: no answer came yet. */
  readonly answer: HistoryState['answer'] | null;
  /** When that was; ISO 8601, UTC. */
  readonly at: string;
}

export interface HomeFacts {
  /** Of whoever looks, the latest first; null: it could not be looked up. */
  readonly recent: readonly RecentDomain[] | null;
  /** Where the pages begin; null: there are none that they can open. */
  readonly pageUrl: string | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Ten; fewer only if their names were longer than names can be. */
const MOST_RECENT = [10, 5, 2];

export function presentHome({ recent, pageUrl, nowMs }: HomeFacts): SlackHome {
  const page =
    pageUrl === null ? [] : [button(ACTIONS.openPage, 'Open the page', undefined, { url: pageUrl })];
  const ask: InputBlock = {
    type: 'input',
    block_id: BLOCKS.homeDomain,
    dispatch_action: true,
    label: plain('Domain, address or link'),
    element: {
      type: 'plain_text_input',
      action_id: ACTIONS.homeDomain,
      placeholder: plain('vendor.com'),
      max_length: 256,
      dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
    },
  };
  const parts = [
    always(title('Is mail to them encrypted on its way?'), words(HOW_IT_LOOKS), ask),
    always(
      buttons(
        button(ACTIONS.homeCheck, 'Check the domain', undefined, { style: 'primary' }),
        button(ACTIONS.openHeadersForm, 'Check the header of a mail'),
        ...page,
      ),
      { type: 'divider' },
    ),
    recent === null
      ? always(smallPrint('What you asked about cannot be looked up just now.'))
      : { importance: 1, forms: MOST_RECENT.map((most) => recentBlocks(recent.slice(0, most), nowMs)) },
    always(smallPrint(`${PRIVACY} \`${COMMAND} help\` has examples.`)),
  ];
  return { type: 'home', blocks: fitted(parts, VIEW_ROOM) };
}

function recentBlocks(recent: readonly RecentDomain[], nowMs: number): readonly KnownBlock[] {
  if (recent.length === 0) return [];
  const clear = button(ACTIONS.homeClear, 'Clear', undefined, {
    confirm: {
      title: plain('Clear your list?'),
      text: plain('The answers themselves stay; who asked about them is forgotten.'),
      confirm: plain('Clear'),
      deny: plain('Keep'),
    },
  });
  return [
    { ...words('*You asked about*'), accessory: clear },
    ...recent.map(({ domain, answer, at }, index): KnownBlock => ({
      type: 'section',
      text: plain(
        `${wordAnswer(answer, shownName({ domain, displayDomain: displayOf(domain) }))}, ${wordAge((nowMs - Date.parse(at)) / 1000)}`,
      ),
      accessory: button(inRow(ACTIONS.homeShow, index + 1), answer === null ? 'Ask again' : 'Show', domain),
    })),
    smallPrint('This list is yours alone and is kept for 30 days.'),
  ];
}

function wordAnswer(answer: RecentDomain['answer'], name: string): string {
  if (answer === null) return `… ${name}: no answer yet`;
  if (answer === 'no-such-domain') return `✘ ${name}: no such domain`;
  const { icon, word } = ANSWER_LOOKS[answer];
  return `${icon} ${name}: ${word}`;
}
