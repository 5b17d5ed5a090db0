/** Block Kit as HTML, near enough to Slack's own look to see what is too long, too much or in the wrong place. */

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? { ...value } : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const all = (values: unknown, draw: (fields: Fields) => string): string =>
  listOf(values)
    .map((value) => draw(fieldsOf(value)))
    .join('');

/** Emphasis, code, links, mentions and dates of Slack's own markup. */
function mrkdwn(text: string): string {
  return escaped(text.replaceAll('&lt;', '\u0001').replaceAll('&gt;', '\u0002').replaceAll('&amp;', '&'))
    .replaceAll('\u0001', '&lt;')
    .replaceAll('\u0002', '&gt;')
    .replaceAll(/&lt;!date\^(\d+)\^[^|]*\|(.*?)&gt;/g, '<time>$2</time>')
    .replaceAll(/&lt;@(\w+)&gt;/g, '<b class="mention">@$1</b>')
    .replaceAll(/&lt;(https?:[^|]*?)\|(.*?)&gt;/g, '<a href="#" title="$1">$2</a>')
    .replaceAll(/```([^]*?)```/g, '<pre>$1</pre>')
    .replaceAll(/`([^`\n]+)`/g, '<code>$1</code>')
    .replaceAll(/(^|[\s(])\*([^*\n]+)\*/g, '$1<b>$2</b>')
    .replaceAll(/(^|[\s(])_([^_\n]+)_/g, '$1<i>$2</i>')
    .replaceAll(/(^|[\s(])~([^~\n]+)~/g, '$1<s>$2</s>')
    .replaceAll('\n', '<br>');
}

function words(value: unknown): string {
  const { type, text } = fieldsOf(value);
  const shown = textOf(text);
  return type === 'mrkdwn' ? mrkdwn(shown) : escaped(shown).replaceAll('\n', '<br>');
}

function run({
  type,
  text,
  url,
  name,
  unicode,
  user_id: user,
  channel_id: channel,
  fallback,
  style,
}: Fields): string {
  const { bold, italic, strike, code } = fieldsOf(style);
  const drawn: Readonly<Record<string, string>> = {
    text: escaped(textOf(text)),
    link: `<a href="#" title="${escaped(textOf(url))}">${escaped(textOf(text) || textOf(url))}</a>`,
    emoji: `<span title=":${escaped(textOf(name))}:">${emojiOf(textOf(unicode), textOf(name))}</span>`,
    user: `<b class="mention">@${escaped(textOf(user))}</b>`,
    channel: `<b class="mention">#${escaped(textOf(channel))}</b>`,
    date: `<time>${escaped(textOf(fallback))}</time>`,
  };
  const tags = [
    bold === true ? 'b' : '',
    italic === true ? 'i' : '',
    strike === true ? 's' : '',
    code === true ? 'code' : '',
  ];
  return tags
    .filter((tag) => tag !== '')
    .reduce(
      (inner, tag) => `<${tag}>${inner}</${tag}>`,
      (drawn[textOf(type)] ?? '').replaceAll('\n', '<br>'),
    );
}

const emojiOf = (unicode: string, name: string): string =>
  unicode === ''
    ? `:${escaped(name)}:`
    : unicode
        .split('-')
        .map((point) => `&#x${escaped(point)};`)
        .join('');

function richPart({ type, elements, style, indent }: Fields): string {
  if (type === 'rich_text_list') {
    const tag = style === 'ordered' ? 'ol' : 'ul';
    const margin = 24 * Number(indent ?? 0);
    const items = all(elements, (item) => `<li>${all(item['elements'], run)}</li>`);
    return `<${tag} style="margin-left:${margin}px">${items}</${tag}>`;
  }
  if (type === 'rich_text_quote') return `<blockquote>${all(elements, run)}</blockquote>`;
  if (type === 'rich_text_preformatted') return `<pre>${all(elements, run)}</pre>`;
  return `<p>${all(elements, run)}</p>`;
}

function element(fields: Fields): string {
  const {
    type,
    text,
    style,
    url,
    placeholder,
    initial_value: initial,
    multiline,
    options,
    alt_text: alt,
  } = fields;
  if (type === 'button') {
    const mark = url === undefined ? '' : ' ↗';
    return `<button class="${escaped(textOf(style))}">${words(text)}${mark}</button>`;
  }
  if (type === 'image') return `<span class="image">${escaped(textOf(alt))}</span>`;
  if (type === 'plain_text_input') {
    return multiline === true
      ? `<textarea rows="6" placeholder="${words(placeholder)}">${escaped(textOf(initial))}</textarea>`
      : `<input placeholder="${words(placeholder)}" value="${escaped(textOf(initial))}">`;
  }
  if (type === 'file_input') return '<div class="file">⬆ Drag files here, or choose</div>';
  if (type === 'checkboxes' || type === 'radio_buttons') {
    return all(options, (option) => `<label class="option">○ ${words(option['text'])}</label>`);
  }
  const first = fieldsOf(listOf(options)[0]);
  return `<button>${type === 'overflow' ? '⋯' : words(placeholder) || words(first['text'])} ▾</button>`;
}

function table({ rows, column_settings: settings }: Fields): string {
  const columns = listOf(settings).map(fieldsOf);
  const row = (cells: unknown, tag: string): string =>
    listOf(cells)
      .map((cell, index) => {
        const { type, text, elements } = fieldsOf(cell);
        const { align, is_wrapped: wraps } = columns[index] ?? {};
        const inner = type === 'raw_text' ? escaped(textOf(text)) : all(elements, richPart);
        const css = `text-align:${escaped(textOf(align) || 'left')};white-space:${wraps === true ? 'normal' : 'nowrap'}`;
        return `<${tag} style="${css}">${inner}</${tag}>`;
      })
      .join('');
  const [head, ...body] = listOf(rows);
  const drawn = body.map((cells) => `<tr>${row(cells, 'td')}</tr>`).join('');
  return `<div class="table"><table><tr>${row(head, 'th')}</tr>${drawn}</table></div>`;
}

const BLOCKS: Readonly<Record<string, (block: Fields) => string>> = {
  header: ({ text }) => `<h3>${words(text)}</h3>`,
  divider: () => '<hr>',
  context: ({ elements }) =>
    `<div class="context">${all(elements, (one) => `<span>${one['type'] === 'image' ? element(one) : words(one)}</span>`)}</div>`,
  actions: ({ elements }) => `<div class="actions">${all(elements, element)}</div>`,
  section: ({ text, fields, accessory }) => {
    const shown = `<div>${words(text)}<div class="fields">${all(fields, (field) => `<div>${words(field)}</div>`)}</div></div>`;
    return `<div class="section">${shown}${accessory === undefined ? '' : element(fieldsOf(accessory))}</div>`;
  },
  rich_text: ({ elements }) => `<div class="rich">${all(elements, richPart)}</div>`,
  table,
  alert: ({ text, level }) => `<div class="alert ${escaped(textOf(level))}">${words(text)}</div>`,
  input: ({ label, element: inner, hint, optional }) => {
    const aside = optional === true ? ' <small>(optional)</small>' : '';
    const below = hint === undefined ? '' : `<small>${words(hint)}</small>`;
    return `<div class="input"><b>${words(label)}</b>${aside}${element(fieldsOf(inner))}${below}</div>`;
  },
};

/** @param payload a message, or the content of a view */
export function drawBlocks(payload: unknown): string {
  const { blocks, text } = fieldsOf(payload);
  if (blocks === undefined) return `<p>${mrkdwn(textOf(text))}</p>`;
  return all(
    blocks,
    (block) => BLOCKS[textOf(block['type'])]?.(block) ?? `<p>? ${escaped(textOf(block['type']))}</p>`,
  );
}

/** A modal has its title above and its buttons below. */
export function drawModal(view: unknown): string {
  const { title, submit, close } = fieldsOf(view);
  const send = submit === undefined ? '' : `<button class="primary">${words(submit)}</button>`;
  return `<header>${words(title)}</header><main>${drawBlocks(view)}</main><footer><button>${words(close) || 'Close'}</button>${send}</footer>`;
}
