/**
 * What the Slack door leaves out of its bundle. Bolt loads, at once, receivers for web servers and for Socket Mode,
 * with Express and installations by OAuth behind them; on Lambda there is one receiver, and the rest was nine tenths of
 * the bundle and three quarters of the time it takes to load. Requiring one of them gives nothing, and nothing here
 * calls one.
 */
import type { Metafile } from 'esbuild';

/** As Bolt's own modules name them. */
const LEFT_OUT = [
  './receivers/ExpressReceiver',
  './receivers/HTTPModuleFunctions',
  './receivers/HTTPReceiver',
  './receivers/HTTPResponseAck',
  './receivers/SocketModeFunctions',
  './receivers/SocketModeReceiver',
  '@slack/oauth',
] as const;

/** For esbuild's `external`, which takes a path that begins with a dot for one of the project's own. */
export const SLACK_LEFT_OUT: readonly string[] = LEFT_OUT.map((name) => name.replace(/^\./, '*'));

/** @returns what an upgrade of Bolt has made wrong of the table above, a sentence each */
export function slackBundleMistakes({ inputs }: Metafile): readonly string[] {
  const asked = Object.values(inputs).flatMap(({ imports }) => imports);
  const outside = new Set(asked.filter(({ external }) => external === true).map(({ path }) => path));
  return LEFT_OUT.flatMap((name) =>
    outside.has(name) ? [] : [`${name} is to be left out, and nothing asks for it`],
  );
}

/** The npm packages that files belong to. */
export function packagesOf(paths: readonly string[]): ReadonlySet<string> {
  const names = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? '');
  return new Set(names.filter((name) => name !== ''));
}
