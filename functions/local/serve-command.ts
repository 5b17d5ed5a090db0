/**
 * `mailtls serve`, which is `npm start`: the HTTP endpoint and the pages on this machine, until Ctrl-C or SIGTERM.
 * Then no new work is taken, running checks end or are given up at their bound, and the status is 0.
 */
import { isIPv6 } from 'node:net';
import type { Settings } from '../environment.ts';
import type { LogLine } from '../http/request-log.ts';
import { createService } from '../http/service.ts';
import type { Console } from './console.ts';
import { WRONG_USAGE } from './exit-status.ts';
import { openCommand } from './opened-command.ts';
import { ownSettings } from './own-settings.ts';
import type { SlackSocket } from './slack-socket.ts';
import { openLocalAnswers } from './store-answers.ts';
import { listen } from './serve-http.ts';
import { createServiceLog } from './serve-log.ts';
import type { HttpServer } from './serve-http.ts';
import { toldToEnd } from './told-to-end.ts';

const HELP = `mailtls serve: the same answers over HTTP, and as pages for a browser

  mailtls serve                      on http://127.0.0.1:8025; Ctrl-C or
                                     SIGTERM ends it in order
  MAILTLS_PORT=8080 mailtls serve    on another port; MAILTLS_LISTEN is the
                                     address
  npm start                          the same

Only this machine may ask, until MAILTLS_TOKENS or MAILTLS_ANYONE is set.
Evidence is kept in MAILTLS_DATA_DIR. Where SLACK_APP_TOKEN and SLACK_BOT_TOKEN
are set, it answers in Slack too. One line of JSON a request goes to standard
error.

Exit status: 0 it was ended, 1 it could not listen, 64 wrong usage.
`;
/** Of a check that is answered by somebody: the deadline, the wait for a turn, and the way to the store. */
const BESIDE_THE_DEADLINE_MS = 30_000;
const FAILED = 1;

/** @returns the exit status */
export async function serveCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand({ name: 'serve', help: HELP, options: {} }, args, console);
  if (typeof opened === 'number') return opened;
  const { positionals, wrong } = opened;
  if (positionals.length > 0) return wrong('It takes no arguments; settings come from the environment.');
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  const ended = toldToEnd(console.interrupted);
  const { write: log, flush } = createServiceLog(console.error);
  let slack: SlackSocket | null = null;
  const local = await openLocalAnswers(
    settings,
    (entry) => log({ level: 'error', ...entry }),
    (answer) => slack?.answered(answer),
  );
  const server = await open(settings, local.answers, log).catch((error: NodeJS.ErrnoException) => error);
  if (server instanceof Error) {
    console.error(`mailtls serve: ${wordListenError(server, settings)}\n`);
    await local.close();
    return FAILED;
  }
  const missing = missingToken(settings);
  if (missing !== null)
    console.error(
      `mailtls serve: not in Slack: ${missing} is not set. docs/slack.md says where it comes from.\n`,
    );
  if (settings.SLACK_APP_TOKEN !== '' && settings.SLACK_BOT_TOKEN !== '') {
    const { startSlackSocket } = await import('./slack-socket.ts');
    slack = startSlackSocket({ settings, ...local, log });
  }
  console.out(`mailtls answers on ${urlOf(settings, server.port)} (Ctrl-C ends it)\n`);
  await ended;
  server.stopListening();
  await slack?.stopListening();
  await local.close();
  await slack?.close();
  await server.close();
  flush();
  return 0;
}

function open(
  settings: Settings,
  answers: Awaited<ReturnType<typeof openLocalAnswers>>['answers'],
  log: (line: LogLine) => void,
): Promise<HttpServer> {
  const service = createService({
    answers,
    access: { tokenDigests: settings.MAILTLS_TOKENS, anyone: settings.MAILTLS_ANYONE },
    sender: settings.MAILTLS_SENDER,
    hosts: settings.MAILTLS_HOSTS,
    checksPerMinute: {
      client: settings.MAILTLS_CLIENT_CHECKS_PER_MINUTE,
      all: settings.MAILTLS_CHECKS_PER_MINUTE,
    },
    longestCheckMs: settings.MAILTLS_DEADLINE_MS + BESIDE_THE_DEADLINE_MS,
    ownServers: settings.MAILTLS_OWN_SERVERS,
    clock: Date.now,
    log,
  });
  return listen(service, { address: settings.MAILTLS_LISTEN, port: settings.MAILTLS_PORT });
}

/** One token without the other does nothing, and whoever set it meant to have Slack. */
function missingToken({ SLACK_APP_TOKEN: app, SLACK_BOT_TOKEN: bot }: Settings): string | null {
  if ((app === '') === (bot === '')) return null;
  return app === '' ? 'SLACK_APP_TOKEN' : 'SLACK_BOT_TOKEN';
}

function urlOf({ MAILTLS_LISTEN: address }: Settings, port: number): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

function wordListenError({ code, message }: NodeJS.ErrnoException, settings: Settings): string {
  const where = urlOf(settings, settings.MAILTLS_PORT);
  if (code === 'EADDRINUSE') return `another program listens on ${where}; set MAILTLS_PORT to a free port.`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${settings.MAILTLS_LISTEN}.`;
  return `cannot listen on ${where}: ${message}`;
}
