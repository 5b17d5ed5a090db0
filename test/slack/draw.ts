/**
 * `node test/slack/draw.ts > page.html`: every layout in `layouts/` as Slack would show it, light and dark, wide
 * and as narrow as a telephone, for a person to look at.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawBlocks, drawModal, escaped } from './draw-blocks.ts';

const folder = fileURLToPath(new URL('layouts/', import.meta.url));

const STYLE = `
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.46 Lato, "Helvetica Neue", Arial, sans-serif; background: #ddd; }
  h2 { font-size: 16px; margin: 24px 16px 4px; } h2 + p { margin: 0 16px 8px; color: #444; }
  .looks { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 375px; gap: 1px; align-items: start; }
  .slack { --back: #fff; --ink: #1d1c1d; --faint: #616061; --line: #ddd; --link: #1264a3; --code: #c01343; --soft: #f6f6f6;
    background: var(--back); color: var(--ink); padding: 12px 16px; overflow: hidden; overflow-wrap: anywhere; }
  .dark { --back: #1a1d21; --ink: #d1d2d3; --faint: #ababad; --line: #3b3e44; --link: #1d9bd1; --code: #e8912d; --soft: #222529; }
  .who { font-weight: 900; margin-bottom: 2px; } .who small { background: var(--soft); font-weight: 400; color: var(--faint); padding: 0 4px; }
  .slack p { margin: 0 0 4px; white-space: pre-wrap; } .slack h3 { font-size: 18px; margin: 8px 0; } .slack hr { border: 0; border-top: 1px solid var(--line); }
  .slack a { color: var(--link); } .mention { color: var(--link); background: color-mix(in srgb, var(--link) 12%, transparent); }
  .context { color: var(--faint); font-size: 13px; margin: 4px 0; } .context span + span { margin-left: 8px; }
  .actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
  .slack button { font: inherit; font-weight: 700; font-size: 13px; height: 28px; padding: 0 12px; border: 1px solid var(--line); border-radius: 4px; background: var(--back); color: var(--ink); }
  .slack button.primary { background: #007a5a; color: #fff; border-color: #007a5a; } .slack button.danger { color: #e01e5a; border-color: #e01e5a; }
  .section { display: flex; justify-content: space-between; gap: 16px; margin: 4px 0; } .section > button { flex: none; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; }
  .slack ul, .slack ol { margin: 0; padding-left: 24px; } .rich + .rich { margin-top: 8px; }
  .slack code, .slack pre { font: 12px/1.5 Monaco, Menlo, monospace; background: var(--soft); border: 1px solid var(--line); border-radius: 3px; }
  .slack code { color: var(--code); padding: 1px 3px; } .slack pre { padding: 8px; margin: 4px 0; white-space: pre-wrap; }
  .slack blockquote { margin: 0; padding-left: 12px; border-left: 4px solid var(--line); }
  .table { overflow-x: auto; overflow-wrap: normal; margin: 8px 0; } .slack table { border-collapse: collapse; font-size: 13px; }
  .slack th, .slack td { border: 1px solid var(--line); padding: 6px 10px; vertical-align: top; } .slack th { background: var(--soft); }
  .input { margin: 12px 0; } .input textarea, .input input { display: block; width: 100%; font: inherit; background: var(--back); color: var(--ink); border: 1px solid var(--line); border-radius: 4px; padding: 8px; }
  .input small, .slack small { color: var(--faint); } .file { border: 1px dashed var(--line); border-radius: 4px; padding: 16px; color: var(--faint); }
  .alert { border: 1px solid var(--line); border-left: 4px solid var(--link); border-radius: 4px; padding: 8px 12px; margin: 8px 0; }
  .alert.warning { border-left-color: #e8912d; } .alert.error { border-left-color: #e01e5a; } .alert.success { border-left-color: #007a5a; }
  .modal > div { max-width: 520px; border: 1px solid var(--line); border-radius: 8px; }
  .modal header { font-size: 20px; font-weight: 900; padding: 16px; border-bottom: 1px solid var(--line); } .modal main { padding: 8px 16px; }
  .modal footer { display: flex; justify-content: flex-end; gap: 8px; padding: 16px; border-top: 1px solid var(--line); }
  .image, .option { color: var(--faint); display: block; }
`;

interface Payload {
  /** Of a view: modal or home. A message has none. */
  readonly type?: string;
  readonly text?: string;
}

function drawn(payload: Payload): string {
  if (payload.type === 'modal') return `<div>${drawModal(payload)}</div>`;
  if (payload.type === 'home') return drawBlocks(payload);
  return `<div class="who">mailtls <small>APP</small></div>${drawBlocks(payload)}`;
}

function section(file: string): string {
  const json = readFileSync(`${folder}${file}`, 'utf8');
  const payload: Payload = JSON.parse(json);
  const { type = 'message', text = '' } = payload;
  const name = escaped(file.replace(/\.json$/, ''));
  const size = JSON.stringify(payload).length;
  const looks = ['', 'dark', 'narrow'].map(
    (look) => `<div class="slack ${look} ${escaped(type)}">${drawn(payload)}</div>`,
  );
  return `<section id="${name}"><h2>${name}</h2><p>${escaped(type)}, ${size} characters. ${escaped(text)}</p>
<div class="looks">${looks.join('\n')}</div></section>`;
}

const files = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .toSorted();
process.stdout.write(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>mailtls in Slack</title><style>${STYLE}</style></head>
<body>${files.map(section).join('\n')}</body></html>
`);
