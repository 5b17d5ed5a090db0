/** The page of all layouts: what a stranger wrote must not act in it either, and every kind of block is drawn. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { drawBlocks, drawModal } from './draw-blocks.ts';

const DRAW = fileURLToPath(new URL('draw.ts', import.meta.url));
const LAYOUTS = fileURLToPath(new URL('layouts/', import.meta.url));

test('the page has every layout, light, dark and narrow, and nothing unknown', () => {
  const page = execFileSync(process.execPath, [DRAW], { encoding: 'utf8' });
  const names = readdirSync(LAYOUTS).map((file) => file.replace('.json', ''));
  expect(names).not.toEqual([]);
  for (const name of names) expect(page).toContain(`<section id="${name}">`);
  expect(page.match(/class="slack (dark|narrow)? ?(message|modal|home)"/g)).toHaveLength(3 * names.length);
  expect(page).not.toContain('<p>? ');
  expect(page).not.toContain('<script');
});

test.each([
  ['*bold* &amp; `code`', '<b>bold</b> &amp; <code>code</code>'],
  ['a &lt;b&gt; c', 'a &lt;b&gt; c'],
  [
    '<https://mailtls.example/|page> of <@U0ANN>',
    '<a href="#" title="https://mailtls.example/">page</a> of <b class="mention">@U0ANN</b>',
  ],
  ['<!date^1763790005^{ago}|now>', '<time>now</time>'],
  ['<img src=x>', '&lt;img src=x&gt;'],
])('markup %s is drawn as %s', (text, drawn) => {
  const section = { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
  expect(drawBlocks({ blocks: [section] })).toContain(drawn);
});

test.each([
  [{ type: 'table', rows: [[{ type: 'raw_text', text: '<b>*x*' }]] }, '&lt;b&gt;*x*'],
  [{ type: 'header', text: { type: 'plain_text', text: '<b>*x*' } }, '<h3>&lt;b&gt;*x*</h3>'],
  [
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '<b>*x*' }] }],
    },
    '<p>&lt;b&gt;*x*</p>',
  ],
  [{ type: 'novelty' }, '<p>? novelty</p>'],
])('%j is drawn as written', (block, drawn) => {
  expect(drawBlocks({ blocks: [block] })).toContain(drawn);
});

test('a modal is drawn with its title and its buttons', () => {
  const modal = {
    title: { type: 'plain_text', text: 'Ti<tle' },
    submit: { type: 'plain_text', text: 'Send' },
    blocks: [],
  };
  expect(drawModal(modal)).toBe(
    '<header>Ti&lt;tle</header><main></main><footer><button>Close</button><button class="primary">Send</button></footer>',
  );
});
