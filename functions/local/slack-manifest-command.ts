/** `mailtls slack-manifest`: the app as Slack wants it told, to paste where an app is made. */
import { slackManifest } from '../slack/manifest.ts';
import type { Reached } from '../slack/manifest.ts';
import type { Console } from './console.ts';
import { openCommand } from './opened-command.ts';

const HELP = `mailtls slack-manifest: the Slack app, to paste where Slack makes apps

  mailtls slack-manifest --socket    for "npm start": the service connects to
                                     Slack, which needs no way to reach it
  mailtls slack-manifest --http https://mailtls.example.org
                                     for a deployment

  --socket           reached through a connection of its own
  --http URL         reached at the https:// address of the service, or at the
                     address that Slack is to call if that is another
  --workflow         with a step for workflows; needs a paid plan and, in an
                     organisation, its approval

It prints JSON; docs/slack.md says where it goes.

Exit status: 0 printed, 64 wrong usage.
`;

const COMMAND = {
  name: 'slack-manifest',
  help: HELP,
  options: {
    socket: { type: 'boolean' },
    http: { type: 'string' },
    workflow: { type: 'boolean' },
  },
} as const;
const EVENTS_PATH = '/slack/events';

/** @returns the exit status */
export async function slackManifestCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand(COMMAND, args, console);
  if (typeof opened === 'number') return opened;
  const { values, positionals, wrong } = opened;
  const { http } = values;
  if (positionals.length > 0 || (values.socket === true) === (http !== undefined)) {
    return wrong('Give either --socket or --http URL.');
  }
  const reached = http === undefined ? ({ by: 'socket' } as const) : reachedAt(http);
  if (reached === null) return wrong(`"${http?.slice(0, 80)}" is no https:// address.`);
  console.out(`${JSON.stringify(slackManifest(reached, values.workflow === true), null, 2)}\n`);
  return 0;
}

/** Slack calls only what speaks HTTPS. */
function reachedAt(text: string): Reached | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:') return null;
  if (url.pathname === '/') url.pathname = EVENTS_PATH;
  return { by: 'http', url: url.href };
}
