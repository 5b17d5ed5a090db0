/**
 * What a door leaves out of its bundle: what a library can do elsewhere and nothing asks for on Lambda, and what a cold
 * start would read all the same. Each name is as the library's own modules ask for it.
 */
import type { Metafile } from 'esbuild';

/**
 * Bolt loads, at once, receivers for web servers and for Socket Mode, with Express and installations by OAuth behind
 * them; on Lambda there is one receiver, and the rest was nine tenths of the bundle and three quarters of the time it
 * takes to load. Requiring one of them gives nothing, and nothing here calls one.
 */
const OF_BOLT = [
  './receivers/ExpressReceiver',
  './receivers/HTTPModuleFunctions',
  './receivers/HTTPReceiver',
  './receivers/HTTPResponseAck',
  './receivers/SocketModeFunctions',
  './receivers/SocketModeReceiver',
  '@slack/oauth',
];
/**
 * Lambda gives a process its credentials in its environment, where they are looked for first; other sources would be
 * imported when there were none. Nor does anything here send streams of events, or run in a browser.
 */
const OF_AMAZON = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  '@smithy/core/event-streams',
  'bowser',
];

const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  slack: [...OF_BOLT, ...OF_AMAZON],
  http: OF_AMAZON,
  check: OF_AMAZON,
};

export const leftOutOf = (door: string): readonly string[] => LEFT_OUT[door] ?? [];

/** For esbuild's `external`, which takes a path that begins with a dot for one of the project's own. */
export const externalsOf = (door: string): string[] =>
  leftOutOf(door).map((name) => name.replace(/^\./, '*'));

/** @returns what an upgrade of a library has made wrong of the tables above, a sentence each */
export function leftOutMistakes(door: string, { inputs }: Metafile): readonly string[] {
  const asked = Object.values(inputs).flatMap(({ imports }) => imports);
  const outside = new Set(asked.filter(({ external }) => external === true).map(({ path }) => path));
  return leftOutOf(door).flatMap((name) =>
    outside.has(name) ? [] : [`${name} is to be left out, and nothing asks for it`],
  );
}

/** The npm packages that files belong to. */
export function packagesOf(paths: readonly string[]): ReadonlySet<string> {
  const names = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? '');
  return new Set(names.filter((name) => name !== ''));
}
