/**
 * What the Slack door leaves out of its bundle. Bolt loads, at once, receivers for web servers, for Socket Mode
 * and for installations by OAuth; on Lambda there is one receiver, and the rest was nine tenths of the bundle and
 * three quarters of the time it takes to load. Those packages become empty modules, which nothing here calls.
 */
import type { Metafile } from 'esbuild';

const LEFT_OUT = ['@slack/oauth', '@slack/socket-mode', 'express', 'path-to-regexp', 'raw-body'] as const;
const EMPTY = 'data:text/javascript,';

/** For esbuild's `alias`. */
export const SLACK_ALIASES: Readonly<Record<string, string>> = Object.fromEntries(
  LEFT_OUT.map((name) => [name, EMPTY]),
);

/**
 * @returns what an upgrade of Bolt has made wrong of the table above, a sentence each: a package in it that is
 * bundled after all, or that nothing asks for any more
 */
export function slackBundleMistakes({ inputs }: Metafile): readonly string[] {
  const bundled = packagesOf(Object.keys(inputs));
  const emptied = new Set(
    Object.values(inputs).flatMap(({ imports }) =>
      imports.filter(({ path }) => path.startsWith('<data:')).map(({ original }) => original ?? ''),
    ),
  );
  return LEFT_OUT.flatMap((name) => [
    ...(bundled.has(name) ? [`${name} is bundled, though it is to be left out`] : []),
    ...(emptied.has(name) ? [] : [`${name} is to be left out, and nothing asks for it`]),
  ]);
}

/** The npm packages that files belong to. */
export function packagesOf(paths: readonly string[]): ReadonlySet<string> {
  const names = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? '');
  return new Set(names.filter((name) => name !== ''));
}
