/** Chromium for tests of pages. Without it they fail where CI=true, and are left out elsewhere. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

export const lacksBrowser = !existsSync(CHROMIUM) && process.env['CI'] !== 'true';
if (lacksBrowser)
  process.stderr.write('Pages are not tested: there is no /usr/bin/chromium (apt-get install chromium).\n');

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
}
