/** `mailtls slack-manifest`: the app as Slack wants it told, to paste where an app is made. */
import { slackManifest } from '../slack/manifest.ts';
import type { Reached } from '../slack/manifest.ts';
import type { Console } from './console.ts';
import { WRONG_USAGE } from './exit-status.ts';
import { parseOptions } from './options.ts';

const HELP = `Usage: mailtls slack-manifest --socket [--workflow]
       mailtls slack-manifest --http URL [--workflow]

Prints the manifest of the Slack app as JSON. docs/slack.md says where it goes.

  --socket     for "npm start": the service connects to Slack, and Slack needs
               no way to reach it
  --http URL   for a deployment: the https:// address of the service, or the
               address that Slack is to call if that is another
  --workflow   with a step for workflows; needs a paid plan and, in an
               organisation, its approval
`;
const EVENTS_PATH = '/slack/events';

/** @returns the exit status */
export async function slackManifestCommand(args: readonly string[], console: Console): Promise<number> {
  const parsed = parseOptions(args, {
    socket: { type: 'boolean', default: false },
    http: { type: 'string' },
    workflow: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (typeof parsed === 'string') return wrong(console, parsed);
  const { socket, http, workflow, help } = parsed.values;
  if (help) {
    console.out(HELP);
    return 0;
  }
  if (parsed.positionals.length > 0 || socket === (http !== undefined)) {
    return wrong(console, 'give either --socket or --http URL');
  }
  const reached = http === undefined ? ({ by: 'socket' } as const) : reachedAt(http);
  if (reached === null) return wrong(console, `"${http?.slice(0, 80)}" is no https:// address`);
  console.out(`${JSON.stringify(slackManifest(reached, workflow), null, 2)}\n`);
  return 0;
}

/** Slack calls only what speaks HTTPS. */
function reachedAt(text: string): Reached | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:') return null;
  if (url.pathname === '/') url.pathname = EVENTS_PATH;
  return { by: 'http', url: url.href };
}

function wrong(console: Console, mistake: string): number {
  console.error(`mailtls slack-manifest: ${mistake}\n`);
  return WRONG_USAGE;
}
