/** The Slack door, and two bots to compare it with, each bundled for Lambda in a folder of its own. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleDoor } from '../../infra/door-bundle.ts';

export interface Bot {
  readonly name: string;
  /** What Lambda would unpack. */
  readonly taskRoot: string;
  /** The module that Lambda loads. */
  readonly module: string;
  /** Of all its JavaScript, in KB. */
  readonly sizeKb: number;
  /** Of what is loaded before the first request, in KB. */
  readonly startKb: number;
}

export interface Bots {
  readonly ours: Bot;
  /** Bolt and DynamoDB's client, as esbuild bundles them. */
  readonly stock: Bot;
  /** Bolt alone. */
  readonly bare: Bot;
  readonly remove: () => Promise<void>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
export const SLACK_DOOR = here('../../functions/slack.handler.ts');
export const lacksSlackDoor = (): string | null => (existsSync(SLACK_DOOR) ? null : 'there is no Slack door');

export async function bundleBots(): Promise<Bots> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-bots-'));
  bundleDoor('slack', join(folder, 'ours'));
  for (const name of ['stock', 'bare']) {
    buildSync({
      entryPoints: [here(`${name}-bot.ts`)],
      outfile: join(folder, name, 'index.js'),
      bundle: true,
      platform: 'node',
      target: 'node24',
      minify: true,
      logLevel: 'warning',
    });
  }
  return {
    ours: botAt(folder, 'ours', 'mailtls, the Slack door', 'index.mjs'),
    stock: botAt(folder, 'stock', 'Bolt and the DynamoDB client', 'index.js'),
    bare: botAt(folder, 'bare', 'Bolt alone', 'index.js'),
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}

function botAt(folder: string, bot: string, name: string, file: string): Bot {
  const taskRoot = join(folder, bot);
  const scripts = readdirSync(taskRoot).filter((each) => /\.m?js$/.test(each));
  const atStart = loadedAtStart(taskRoot, file);
  return {
    name,
    taskRoot,
    module: join(taskRoot, file),
    sizeKb: sizeKb(taskRoot, scripts),
    startKb: sizeKb(taskRoot, [...atStart]),
  };
}

const sizeKb = (folder: string, files: readonly string[]): number =>
  files.reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0) / 1000;

/** A module and what it imports, and what that imports, but nothing that is imported late. */
function loadedAtStart(folder: string, first: string): ReadonlySet<string> {
  const files = new Set([first]);
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8');
    for (const [, next = ''] of source.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.mjs)"/g)) files.add(next);
  }
  return files;
}
