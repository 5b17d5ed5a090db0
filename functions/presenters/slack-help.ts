/** What the command and the bot can do, with examples. */
import { ACTIONS, COMMAND } from './slack-actions.ts';
import { button, buttons, smallPrint, words } from './slack-blocks.ts';
import type { SlackMessage } from './slack-message.ts';
import { fallback } from './slack-text.ts';

export const HOW_IT_LOOKS =
  'Give a domain, and its mail servers are asked. Nothing is mailed to anybody: each server is greeted, asked for encryption, and left.';
const WHAT_IT_DOES = `Is mail to them encrypted on its way? ${HOW_IT_LOOKS}`;

const EXAMPLES = [
  `\`${COMMAND} vendor.com\` – is mail to this domain encrypted? An address or a link does as well.`,
  `\`${COMMAND} vendor.com partner.org\` – up to five domains at once, a row each.`,
  `\`${COMMAND} headers\` – was one mail encrypted on its way? Paste its header, or add it as a file.`,
  `\`${COMMAND} history vendor.com\` – what changed since somebody asked first.`,
  `\`${COMMAND} help\` – this.`,
];

const ELSEWHERE =
  'You can also write a domain or a header to me in a direct message, mention me with a domain in a channel or thread, or choose "Was this mail encrypted?" in the menu of a message.';

export const PRIVACY =
  'Answers are for you alone until you share them; only a mention is answered where everybody in its channel reads it. Of a header nothing is kept, and its answer cannot be shared: it has recipients and internal servers in it.';

export function presentSlackHelp(): SlackMessage {
  return {
    text: fallback(WHAT_IT_DOES),
    blocks: [
      words(WHAT_IT_DOES),
      words(EXAMPLES.map((example) => `• ${example}`).join('\n')),
      words(ELSEWHERE),
      smallPrint(PRIVACY),
      buttons(button(ACTIONS.openHeadersForm, 'Check the header of a mail')),
    ],
  };
}
