/**
 * The app as Slack is told of it: its names, what it may do, and where Slack is to call. One source for the manifest
 * of an app that is called over HTTP and of one that connects by Socket Mode. Source: "App manifest reference" and
 * "Custom steps" (docs.slack.dev, read 2026-11-22).
 */
import { COMMAND, SHORTCUTS } from '../presenters/slack-actions.ts';
import { STEP } from './step-answer.ts';

/** How Slack reaches the app. `url`: `https://host/slack/events`, one address for everything. */
export type Reached = { readonly by: 'socket' } | { readonly by: 'http'; readonly url: string };

/** What the app may do, each with the reason, and nothing else. */
export const SCOPES = {
  commands: 'the command /mailtls, and "Was this mail encrypted?" in the menu of a message',
  'chat:write': 'answers to mentions and direct messages, and an answer that somebody shares with a channel',
  'app_mentions:read': 'to see the messages that mention it, and no others in a channel',
  'im:history': 'to see what people write to it in a direct message',
  'files:read': 'to read the one file that somebody gives it to look at',
} as const;

/** What Slack tells the app of, each with what it does then. */
export const EVENTS = {
  app_home_opened: 'shows the Home tab as it is now',
  app_mention: 'answers in the thread',
  'message.im': 'answers a direct message',
  app_uninstalled: 'deletes what it kept of the people of that workspace',
  tokens_revoked: 'the same',
} as const;

const LONG_DESCRIPTION = `Give mailtls a domain, an address or a link, and it asks the mail servers of that domain whether they take mail encrypted, checks the certificates they show and the policies the domain publishes (MTA-STS, DANE), and answers in a sentence, with the evidence under it. Or give it the header of a mail that you received, and it says of every step on the way whether it was encrypted. It says "could not look" where it could not, and never guesses. Nothing of a header is kept.`;

const STEP_FUNCTION = {
  title: 'Is mail to a domain encrypted?',
  description: 'Asks the mail servers of a domain and says whether mail to it is encrypted.',
  input_parameters: {
    [STEP.domain]: parameter(STEP.domain, 'Domain', 'A domain, an address or a link.'),
  },
  output_parameters: {
    [STEP.answer]: parameter(
      STEP.answer,
      'Answer',
      'enforced, opportunistic, partial, plaintext, untested, no-mail, undeliverable or no-such-domain.',
    ),
    [STEP.sentence]: parameter(STEP.sentence, 'Sentence', 'The answer for people.'),
  },
};

function parameter(name: string, title: string, description: string) {
  return { type: 'string', name, title, description, is_required: true } as const;
}

/**
 * @param workflow with the step for workflows, which asks for more: an organisation's approval, and a paid plan
 * @returns the manifest, to be entered as JSON where an app is made
 */
export function slackManifest(reached: Reached, workflow: boolean) {
  const url = reached.by === 'http' ? reached.url : null;
  const requestUrl = url === null ? {} : { request_url: url };
  const events = [...Object.keys(EVENTS), ...(workflow ? ['function_executed'] : [])];
  return {
    display_information: {
      name: 'mailtls',
      description: 'Is mail to a domain encrypted on its way? Was this mail?',
      long_description: LONG_DESCRIPTION,
      background_color: '#1f3a5f',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'mailtls', always_online: url !== null },
      shortcuts: [
        {
          name: 'Was this mail encrypted?',
          type: 'message',
          callback_id: SHORTCUTS.messageHeaders,
          description: 'Reads the header of a mail in this message, step by step.',
        },
      ],
      slash_commands: [
        {
          command: COMMAND,
          ...(url === null ? {} : { url }),
          description: 'Is mail to a domain encrypted?',
          usage_hint: 'vendor.com | headers | history vendor.com | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: events },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: workflow,
      socket_mode_enabled: url === null,
      token_rotation_enabled: false,
      ...(workflow ? { function_runtime: 'remote' } : {}),
    },
    ...(workflow ? { functions: { [STEP.callbackId]: STEP_FUNCTION } } : {}),
  };
}
