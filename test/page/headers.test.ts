/** The page for headers in a real browser: a mail dropped, its route drawn. `MAILTLS_SCREENSHOTS` as for the others. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../functions/local/serve-http.ts';
import type { HttpServer } from '../../functions/local/serve-http.ts';
import { testService } from '../http/test-service.ts';
import { lacksBrowser, openBrowser } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE = 'axe.run().then(({ violations }) => violations.map(({ id }) => id))';
const screenshots = process.env['MAILTLS_SCREENSHOTS'] ?? '';
const at = (time: string): string => `Sun, 22 Nov 2026 ${time} +0000`;
const MESSAGE = [
  `Received: from mail.b.example (mail.b.example [192.0.2.9]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.c.example (Postfix) with ESMTPS id A1B2C3D; ${at('01:04:09')}`,
  `Received: from a.example (dsl.isp.example [192.0.2.7]) by mail.b.example (Postfix) with ESMTP id A1B2C3E; ${at('01:02:09')}`,
  `Received: from localhost (localhost [127.0.0.1]) by a.example (Postfix) with ESMTP id A1B2C3F; ${at('01:01:03')}`,
].join('\n');

let browser: Browser;
let server: HttpServer;
beforeAll(async () => {
  server = await listen(testService().service, { address: '127.0.0.1', port: 0 });
  if (!lacksBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.stopListening();
  await server?.close();
});

describe.skipIf(lacksBrowser)('in Chromium, without scripts', { timeout: 60_000 }, () => {
  test.each([
    ['light', 1100],
    ['dark', 768],
    ['light', 320],
  ] as const)(
    'a mail put on the drop area is drawn as its route: %s, %d wide',
    async (colorScheme, width) => {
      const context = await browser.newContext({
        colorScheme,
        bypassCSP: true,
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${server.port}/headers`);
      const area = await page.evaluate('getComputedStyle(document.querySelector("#file")).borderTopStyle');
      expect(area).toBe('dashed');
      const file = { name: 'message.eml', mimeType: 'message/rfc822', buffer: Buffer.from(MESSAGE) };
      await page.setInputFiles('#file', file);
      await page.click('main button');
      const hops = page.locator('.hops > li');
      expect(await hops.locator('strong').allInnerTexts()).toEqual([
        '– did not leave the machine',
        ' not encrypted',
        ' encrypted',
      ]);
      expect(await page.locator('.hops svg.lock').count()).toBe(2);
      expect(await hops.nth(2).innerText()).toContain('After 2 minutes.');
      expect(await page.locator('.hops .trust').count()).toBe(1);
      expect(new URL(page.url()).href).toBe(`http://127.0.0.1:${server.port}/headers`);
      await page.evaluate(axe);
      expect(await page.evaluate(AXE)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
      if (screenshots !== '') {
        await page.screenshot({
          path: join(screenshots, `route-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
      await context.close();
    },
  );
});
