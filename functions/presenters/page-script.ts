/** The script of pages that show a check under way: it fetches the page anew and shows what has become of it. */
import { createHash } from 'node:crypto';

export const SCRIPT = `'use strict';
const ASK_AGAIN_MS = 1500;
async function look() {
  const shown = document.getElementById('progress');
  if (shown === null) return;
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const now = page.getElementById('progress');
    if (now === null) return location.reload();
    if (now.textContent !== shown.textContent) shown.textContent = now.textContent;
  } catch {}
  setTimeout(look, ASK_AGAIN_MS);
}
setTimeout(look, ASK_AGAIN_MS);
`;

/** Named by its content, so that it can be kept for ever. */
export const SCRIPT_PATH = `/progress-${createHash('sha256').update(SCRIPT).digest('hex').slice(0, 12)}.js`;
