/** The guard that synthesis runs under must stop whoever reaches out. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const guard = fileURLToPath(new URL('network-guard.mjs', import.meta.url));

test.each([
  ["await fetch('http://127.0.0.1:2525/')", 'a connection'],
  ["(await import('node:net')).connect(2525, '127.0.0.1')", 'a connection'],
  ["(await import('node:dns')).lookup('a.example', () => {})", 'a lookup of a.example'],
])('a process that does %s ends', async (code, what) => {
  const run = promisify(execFile)(process.execPath, [
    '--import',
    guard,
    '--input-type=module',
    '--eval',
    code,
  ]);
  await expect(run).rejects.toMatchObject({ code: 70, stderr: `network used: ${what}\n` });
});
