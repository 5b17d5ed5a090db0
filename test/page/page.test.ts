/**
 * The pages in a real browser, in every state, narrow and wide, light and dark. To look at them set
 * `MAILTLS_SCREENSHOTS` to a folder.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../functions/local/serve-http.ts';
import type { HttpServer } from '../../functions/local/serve-http.ts';
import { testService } from '../http/test-service.ts';
import type { TestService } from '../http/test-service.ts';
import { ANSWERS, HISTORY, named, PROGRESS } from './answers.ts';
import { lacksBrowser, openBrowser } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = process.env['MAILTLS_SCREENSHOTS'] ?? '';
const WIDTHS = [320, 768, 1600];
/** Colours differ by scheme and layout by width: so each of both is looked at. */
const LOOKED_AT: Readonly<Record<'light' | 'dark', readonly number[]>> = { light: [320, 1600], dark: [768] };
const AXE = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`;
const MOST_BYTES = 60_000;

let browser: Browser;
let server: HttpServer;
let service: TestService;
let origin: string;

beforeAll(async () => {
  service = testService();
  server = await listen(service.service, { address: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${server.port}`;
  for (const [state, answer] of Object.entries(ANSWERS)) {
    const name = `${state}.example`;
    service.answers.kept.set(name, named(answer, name));
    service.answers.states.set(name, HISTORY);
  }
  service.answers.underWay.set('stale.example', PROGRESS);
  service.answers.underWay.set('checking.example', PROGRESS);
  if (!lacksBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.stopListening();
  await server?.close();
});

const STATES = [...Object.keys(ANSWERS), 'checking', 'unchecked'];
const PAGES: readonly (readonly [string, string])[] = [
  ['start', '/'],
  ['headers', '/headers'],
  ['problem', '/problems/too-many-checks'],
  ['not-found', '/nowhere'],
  ['not-a-domain', '/d/192.0.2.1'],
  ...STATES.map((state) => [state, `/d/${state}.example`] as const),
];

async function open(
  path: string,
  options: Parameters<Browser['newContext']>[0],
): Promise<[Page, BrowserContext]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(origin + path);
  return [page, context];
}

describe.skipIf(lacksBrowser)('in Chromium', { timeout: 60_000 }, () => {
  test.each(PAGES)(
    'the page "%s" is accessible and fits, narrow and wide, light and dark',
    async (name, path) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({ colorScheme, bypassCSP: true });
        const page = await context.newPage();
        const foreign: string[] = [];
        const errors: string[] = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(origin)) foreign.push(request.url());
        });
        page.on('pageerror', (error) => errors.push(error.message));
        await page.setViewportSize({ width: 1024, height: 900 });
        await page.goto(origin + path);
        await page.evaluate(axe);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect([width, overflow]).toEqual([width, 0]);
          const narrowest = await page.evaluate(
            'Math.min(...[...document.querySelectorAll("main dd, main p, main li")].map((text) => text.checkVisibility() ? text.clientWidth : 1000))',
          );
          expect([name, width, Number(narrowest) >= 180]).toEqual([name, width, true]);
          const looked = LOOKED_AT[colorScheme].includes(width);
          const found: unknown = looked ? await page.evaluate(AXE) : [];
          expect([name, colorScheme, width, found]).toEqual([name, colorScheme, width, []]);
          if (screenshots !== '') {
            await page.screenshot({
              path: join(screenshots, `${name}-${width}-${colorScheme}.png`),
              fullPage: true,
            });
          }
        }
        expect([foreign, errors]).toEqual([[], []]);
        await context.close();
      }
    },
  );

  test('with its policy in force a page shows its style and nothing is blocked', async () => {
    const context = await browser.newContext({ javaScriptEnabled: true });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(`${origin}/d/hostile.example`);
    expect(await page.evaluate('getComputedStyle(document.querySelector(".verdict")).borderLeftWidth')).toBe(
      '8px',
    );
    expect(said).toEqual([]);
    await context.close();
  });

  test('what a hostile server says is text on the page, and nothing of it runs or is loaded', async () => {
    const [page, context] = await open('/d/hostile.example', {});
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => dialogs.push(dialog.message())));
    await page.locator('summary').first().click();
    expect(await page.locator('pre').first().innerText()).toContain('<script>alert(1)</script> "><img src=x');
    expect(await page.locator('main script, main img').count()).toBe(0);
    expect(dialogs).toEqual([]);
    await context.close();
  });

  test('a page that shows a check under way shows the answer by itself, with and without scripts', async () => {
    for (const javaScriptEnabled of [true, false]) {
      service.answers.kept.delete('soon.example');
      service.answers.underWay.set('soon.example', PROGRESS);
      const [page, context] = await open('/d/soon.example', { javaScriptEnabled });
      expect(await page.locator('#progress').innerText()).toBe(
        '1 of 3 addresses asked. The last was mx1.vendor.example.',
      );
      service.answers.underWay.delete('soon.example');
      service.answers.kept.set('soon.example', named(ANSWERS['enforced']!, 'soon.example'));
      await page.locator('.verdict.good').waitFor({ timeout: 10_000 });
      expect(await page.locator('.word').innerText()).toContain('encrypted, enforced');
      await context.close();
    }
  });

  test('asking on the first page by keyboard alone leads to the page of the domain, and starts one check', async () => {
    service.answers.asked.length = 0;
    service.answers.checks.set('typed.example', () => named(ANSWERS['plaintext']!, 'typed.example'));
    service.answers.kept.set('typed.example', named(ANSWERS['plaintext']!, 'typed.example'));
    const [page, context] = await open('/', { javaScriptEnabled: false });
    await page.locator('#domain').focus();
    await page.keyboard.type('Someone@Typed.example');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/d/typed.example');
    expect(await page.locator('.word').innerText()).toContain('not encrypted');
    expect(service.answers.asked).toEqual([]);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.waitForURL('**/d/typed.example');
    expect(service.answers.asked).toMatchObject([{ domain: 'typed.example', options: { again: true } }]);
    await context.close();
  });

  test('on paper everything folded is unfolded', async () => {
    const [page, context] = await open('/d/opportunistic.example', {});
    const height = (): Promise<number> =>
      page
        .locator('pre')
        .first()
        .evaluate((pre) => pre.getBoundingClientRect().height);
    expect(await height()).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await height()).toBeGreaterThan(50);
    expect(await page.locator('form').first().isVisible()).toBe(false);
    if (screenshots !== '') await page.screenshot({ path: join(screenshots, 'print.png'), fullPage: true });
    await context.close();
  });
});

test.each(PAGES)('the page "%s" is below 60 KB', async (_, path) => {
  const page = await (await service.get(path)).text();
  expect(page).toContain('</html>');
  expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
});
