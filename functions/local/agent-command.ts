/** `mailtls agent`: connects to mail servers for a deployment on AWS, from a host whose port 25 is open. */
import { endpointBeside } from '../amazon/endpoint.ts';
import { configuredProber } from '../probe/configured-prober.ts';
import { createAgentResults } from '../store/agent-results.ts';
import { createTable } from '../store/dynamodb-table.ts';
import { createAgentQueue } from './agent-queue.ts';
import { runAgent } from './agent.ts';
import type { Console } from './console.ts';
import { WRONG_USAGE } from './exit-status.ts';
import { openCommand } from './opened-command.ts';
import { ownSettings } from './own-settings.ts';
import { createServiceLog } from './serve-log.ts';
import { toldToEnd } from './told-to-end.ts';

const HELP = `mailtls agent: connect to mail servers for a deployment on AWS

  mailtls agent                      from a host with port 25 open outwards;
                                     Ctrl-C or SIGTERM ends it in order

It asks for its work, so no port of this host needs to be open. It works in
the region of its queue; credentials come as for any program that speaks with
AWS. One line of JSON a probe goes to standard error.

  MAILTLS_AGENT_QUEUE   the queue of its work; "npm run deploy" says it
  MAILTLS_TABLE         the table its results go to
  MAILTLS_EHLO_NAME     its name, which should resolve to this host's address
                        and back

Exit status: 0 it was ended, 64 wrong usage.
`;
/** Visits to different operators wait for servers, not for us. */
const PROBES_AT_ONCE = 32;
/** A result is small, and the store is on the other side of the internet. */
const STORE_TIMEOUT_MS = 10_000;

/** @returns the exit status */
export async function agentCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand({ name: 'agent', help: HELP, options: {} }, args, console);
  if (typeof opened === 'number') return opened;
  const { positionals, wrong } = opened;
  if (positionals.length > 0) return wrong('It takes no arguments; settings come from the environment.');
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  if (settings.MAILTLS_AGENT_QUEUE === '') {
    return wrong('MAILTLS_AGENT_QUEUE must be the address of the queue; "npm run deploy" says it.');
  }
  const { write: log, flush } = createServiceLog(console.error);
  const ending = new AbortController();
  const ended = toldToEnd(console.interrupted).then(() => ending.abort());
  const { MAILTLS_STORE_ENDPOINT: endpoint, MAILTLS_AGENT_QUEUE: queueUrl } = settings;
  const table = createTable({
    tableName: settings.MAILTLS_TABLE,
    endpoint: endpoint === '' ? endpointBeside(queueUrl, 'dynamodb') : endpoint,
    accessKey: null,
    timeoutMs: Math.max(STORE_TIMEOUT_MS, settings.MAILTLS_STORE_TIMEOUT_MS),
  });
  const queue = createAgentQueue(queueUrl, settings.MAILTLS_AWS_ENDPOINT);
  const name = settings.MAILTLS_EHLO_NAME === '' ? 'its address' : settings.MAILTLS_EHLO_NAME;
  console.out(`mailtls agent takes work, and is known to mail servers by ${name} (Ctrl-C ends it)\n`);
  await runAgent(
    {
      queue,
      prober: configuredProber(settings),
      results: createAgentResults(table, Date.now),
      smtpPort: settings.MAILTLS_SMTP_PORT,
      atOnce: PROBES_AT_ONCE,
      now: Date.now,
      log: (entry) =>
        log({ level: entry.event === 'probed' || entry.event === 'too-late' ? 'info' : 'error', ...entry }),
    },
    ending.signal,
  );
  await ended;
  queue.close();
  table.close();
  flush();
  return 0;
}
