/**
 * Block Kit as documented (docs.slack.dev, Block Kit reference, read 2026-11-22): which blocks a surface takes,
 * which elements a block takes, and how long everything may be. Blocks and elements that mailtls has no use for
 * are left out, so that a payload with one is refused until somebody has read what Slack says of it.
 */
import { flag, integer, list, object, only, text, typed, also, fieldOf } from './schema.ts';
import type { Properties, Shape } from './schema.ts';

export type Surface = 'message' | 'modal' | 'home';

const id = text(255);
const webAddress = text(3000, 1, /^https?:\/\//);
const plain = (most: number): Shape =>
  object({ type: only('plain_text'), text: text(most) }, { emoji: flag });
const mrkdwn = (most: number): Shape =>
  object({ type: only('mrkdwn'), text: text(most) }, { verbatim: flag });
const words = (most: number): Shape => typed({ plain_text: plain(most), mrkdwn: mrkdwn(most) });

const confirm = object(
  { title: plain(100), text: words(300), confirm: plain(30), deny: plain(30) },
  { style: only('primary', 'danger') },
);
const option = object({ text: plain(75), value: text(150) }, { description: plain(75) });
const optionWithUrl = object(
  { text: plain(75) },
  { value: text(150), description: plain(75), url: webAddress },
);
const markedOption = object({ text: words(75), value: text(150) }, { description: words(75) });
const dispatch = object({
  trigger_actions_on: list(only('on_enter_pressed', 'on_character_entered'), 2),
});

const element = (type: string, required: Properties, optional: Properties = {}): Shape =>
  object({ type: only(type), ...required }, { action_id: id, ...optional });

const oneOfOptions: Shape = (value, at, tell) => {
  const given = ['options', 'option_groups'].filter((name) => fieldOf(value, name) !== undefined);
  if (given.length !== 1) tell({ at, rule: 'must have options or option_groups' });
};

const ELEMENTS = {
  button: element(
    'button',
    { text: plain(75) },
    {
      value: text(2000),
      url: webAddress,
      style: only('primary', 'danger'),
      accessibility_label: text(75),
      confirm,
    },
  ),
  overflow: element('overflow', { options: list(optionWithUrl, 5) }, { confirm }),
  image: object({ type: only('image'), image_url: webAddress, alt_text: text(2000) }),
  checkboxes: element(
    'checkboxes',
    { options: list(markedOption, 10) },
    { initial_options: list(markedOption, 10), confirm, focus_on_load: flag },
  ),
  radio_buttons: element(
    'radio_buttons',
    { options: list(markedOption, 10) },
    { initial_option: markedOption, confirm, focus_on_load: flag },
  ),
  static_select: also(
    element(
      'static_select',
      {},
      {
        options: list(option, 100),
        option_groups: list(object({ label: plain(75), options: list(option, 100) }), 100),
        initial_option: option,
        placeholder: plain(150),
        confirm,
        focus_on_load: flag,
      },
    ),
    oneOfOptions,
  ),
  conversations_select: element(
    'conversations_select',
    {},
    {
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      placeholder: plain(150),
      filter: object(
        {},
        { include: list(only('im', 'mpim', 'private', 'public'), 4), exclude_bot_users: flag },
      ),
      confirm,
      focus_on_load: flag,
    },
  ),
  plain_text_input: element(
    'plain_text_input',
    {},
    {
      initial_value: text(3000),
      multiline: flag,
      min_length: integer(0, 3000),
      max_length: integer(1, 3000),
      placeholder: plain(150),
      dispatch_action_config: dispatch,
      focus_on_load: flag,
    },
  ),
  file_input: element(
    'file_input',
    {},
    { filetypes: list(text(20, 1, /^[a-z0-9]+$/), 50), max_files: integer(1, 10) },
  ),
} as const satisfies Properties;

const pick = (...names: readonly (keyof typeof ELEMENTS)[]): Shape =>
  typed(Object.fromEntries(names.map((name) => [name, ELEMENTS[name]])));

const style = object({}, { bold: flag, code: flag, italic: flag, strike: flag, underline: flag });
const RUNS = {
  text: object({ type: only('text'), text: text(3000) }, { style }),
  link: object({ type: only('link'), url: webAddress }, { text: text(3000), unsafe: flag, style }),
  emoji: object({ type: only('emoji'), name: text(100, 1, /^[a-z0-9_+'-]+$/) }, { unicode: text(40), style }),
  user: object({ type: only('user'), user_id: text(20, 1, /^[UW][A-Z0-9]+$/) }, { style }),
  channel: object({ type: only('channel'), channel_id: text(20, 1, /^[CG][A-Z0-9]+$/) }, { style }),
  date: object(
    { type: only('date'), timestamp: integer(0, 9_999_999_999), format: text(200, 1, /\{[a-z_]+\}/) },
    { fallback: text(200), style },
  ),
} as const satisfies Properties;

const border = only(0, 1);
const richSection = object({ type: only('rich_text_section'), elements: list(typed(RUNS), 1000) });
const RICH_PARTS = {
  rich_text_section: richSection,
  rich_text_list: object(
    { type: only('rich_text_list'), style: only('bullet', 'ordered'), elements: list(richSection, 1000) },
    { indent: integer(0, 8), offset: integer(0, 1000), border },
  ),
  rich_text_quote: object({ type: only('rich_text_quote'), elements: list(typed(RUNS), 1000) }, { border }),
  rich_text_preformatted: object(
    {
      type: only('rich_text_preformatted'),
      elements: list(typed({ text: RUNS.text, link: RUNS.link }), 1000),
    },
    { border },
  ),
} as const satisfies Properties;

const block = (type: string, required: Properties, optional: Properties = {}): Shape =>
  object({ type: only(type), ...required }, { block_id: id, ...optional });

const richText = block('rich_text', { elements: list(typed(RICH_PARTS), 1000) });

const textOrFields: Shape = (value, at, tell) => {
  if (fieldOf(value, 'text') === undefined && fieldOf(value, 'fields') === undefined) {
    tell({ at, rule: 'must have text or fields' });
  }
};

const sameWidth: Shape = (value, at, tell) => {
  const rows = fieldOf(value, 'rows');
  const widths = Array.isArray(rows) ? rows.map((row) => (Array.isArray(row) ? row.length : 0)) : [];
  if (new Set(widths).size > 1) tell({ at: `${at}/rows`, rule: 'must have as many cells in each row' });
};

const cell = typed({ raw_text: object({ type: only('raw_text'), text: text(3000) }), rich_text: richText });

const inputs = (surface: Surface): Shape =>
  surface === 'modal'
    ? pick(
        'plain_text_input',
        'file_input',
        'static_select',
        'conversations_select',
        'checkboxes',
        'radio_buttons',
      )
    : pick('plain_text_input', 'static_select', 'conversations_select', 'checkboxes', 'radio_buttons');

const EVERYWHERE = {
  actions: block('actions', {
    elements: list(
      pick('button', 'overflow', 'static_select', 'conversations_select', 'checkboxes', 'radio_buttons'),
      25,
    ),
  }),
  context: block('context', {
    elements: list(typed({ plain_text: plain(3000), mrkdwn: mrkdwn(3000), image: ELEMENTS.image }), 10),
  }),
  divider: block('divider', {}),
  header: block('header', { text: plain(150) }),
  rich_text: richText,
  section: also(
    block(
      'section',
      {},
      {
        text: words(3000),
        fields: list(words(2000), 10),
        expand: flag,
        accessory: pick(
          'button',
          'overflow',
          'image',
          'static_select',
          'conversations_select',
          'checkboxes',
          'radio_buttons',
        ),
      },
    ),
    textOrFields,
  ),
} as const satisfies Properties;

const input = (surface: Surface): Shape =>
  block(
    'input',
    { label: plain(2000), element: inputs(surface) },
    { hint: plain(2000), optional: flag, dispatch_action: flag },
  );

const table = also(
  block(
    'table',
    { rows: list(list(cell, 20), 100) },
    {
      column_settings: list(object({}, { align: only('left', 'center', 'right'), is_wrapped: flag }), 20),
    },
  ),
  sameWidth,
);

const alert = block(
  'alert',
  { text: words(3000) },
  { level: only('default', 'info', 'warning', 'error', 'success') },
);

/** A table is for messages alone, an alert for modals alone. */
export const BLOCKS: Readonly<Record<Surface, Shape>> = {
  message: typed({ ...EVERYWHERE, input: input('message'), table }),
  modal: typed({ ...EVERYWHERE, input: input('modal'), alert }),
  home: typed({ ...EVERYWHERE, input: input('home') }),
};

export const MOST_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** The parts of a view beside its blocks. */
export const VIEW_PROPERTIES = {
  common: { private_metadata: text(3000, 0), callback_id: id, external_id: id },
  modalRequired: { type: only('modal'), title: plain(24) },
  modalOptional: { submit: plain(24), close: plain(24), clear_on_close: flag, notify_on_close: flag },
  homeRequired: { type: only('home') },
} as const;
