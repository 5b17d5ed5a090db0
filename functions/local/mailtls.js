#!/usr/bin/env node
// The command's door. Plain JavaScript, so that an older Node can read it: it finds a Node that runs
// TypeScript as it stands (24.5 or newer) and hands over. Source: Node 24.5 changelog, type stripping.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const brought = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const handedOver = 'MAILTLS_HANDED_OVER';

if (major > 24 || (major === 24 && minor >= 5)) {
  // Stripping types and compiling takes longer than a check. Kept beside the packages, where only those can
  // write who can change the program itself; where nobody may write, it is done anew each time.
  module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/mailtls', import.meta.url)));
  delete process.env[handedOver];
  await import('./command-line.ts');
} else if (existsSync(brought) && process.env[handedOver] === undefined) {
  const { spawn } = await import('node:child_process');
  const child = spawn(brought, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [handedOver]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
} else {
  process.stderr.write(
    `mailtls needs Node 24.5 or newer and found ${process.versions.node}: run "npm ci" here, or install Node 24.\n`,
  );
  process.exit(64);
}
