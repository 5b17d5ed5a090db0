/** The modal to paste the header of a mail into, or to add the mail as a file. */
import { ACTIONS, BLOCKS, MODALS } from './slack-actions.ts';
import { smallPrint, words } from './slack-blocks.ts';
import { LONGEST_INPUT } from './slack-message.ts';
import type { SlackModal } from './slack-message.ts';
import { plain } from './slack-text.ts';

export function presentHeadersForm(): SlackModal {
  return {
    type: 'modal',
    callback_id: MODALS.headersForm,
    title: plain('Was it encrypted?'),
    submit: plain('Look'),
    close: plain('Cancel'),
    blocks: [
      words(
        'Every mail server that handles a mail writes a line into its header. Those lines say whether it was encrypted on its way.',
      ),
      {
        type: 'input',
        block_id: BLOCKS.headersText,
        optional: true,
        label: plain('Paste the header'),
        hint: plain(
          '"Show original" in Gmail, "View message source" in Outlook. The lines that begin with "Received" count. Longer than 3000 characters? Use a file.',
        ),
        element: {
          type: 'plain_text_input',
          action_id: ACTIONS.headersText,
          multiline: true,
          max_length: LONGEST_INPUT,
        },
      },
      {
        type: 'input',
        block_id: BLOCKS.headersFile,
        optional: true,
        label: plain('or add the mail as a file'),
        element: { type: 'file_input', action_id: ACTIONS.headersFile, max_files: 1 },
      },
      smallPrint(
        'What you paste is read once and not stored. A file that you upload stays in Slack, like any file you upload there, until you delete it; from it, too, nothing is stored here. The answer is for you alone.',
      ),
    ],
  };
}
