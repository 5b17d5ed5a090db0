/** `mailtls COMMAND`: finds the command, loads only what it needs, and exits with its status. */
import type { Console } from './console.ts';
import { processConsole } from './console.ts';
import { WRONG_USAGE } from './exit-status.ts';

type Command = (args: readonly string[], console: Console) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check-command.ts')).checkCommand,
  headers: async () => (await import('./headers-command.ts')).headersCommand,
  serve: async () => (await import('./serve-command.ts')).serveCommand,
  records: async () => (await import('./records-command.ts')).recordsCommand,
  export: async () => (await import('./export-command.ts')).exportCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  agent: async () => (await import('./agent-command.ts')).agentCommand,
  'slack-manifest': async () => (await import('./slack-manifest-command.ts')).slackManifestCommand,
};

const HELP = `mailtls answers two questions: is mail to vendor.com encrypted? Was this mail encrypted on its way?

  mailtls check vendor.com           ask the mail servers of vendor.com, and say so in a sentence
  mailtls check alice@vendor.com     an address or a link names its domain
  mailtls check --file vendors.txt   one line each, for a list
  mailtls headers message.eml        read a message's Received fields, hop by hop
  mailtls records vendor.com         what vendor.com would have to publish, so that nobody can switch it off
  mailtls export --postfix --file vendors.txt
                                     rules for our own mail server, where insisting on encryption is safe
  mailtls serve                      the same as a service: HTTP, and pages for a browser
  mailtls doctor                     can this machine see what it needs to: port 25, DNS, HTTPS?
  mailtls agent                      connect to mail servers for a deployment on AWS, from a host with port 25 open
  mailtls slack-manifest --socket    the Slack app, to paste where Slack makes apps

"mailtls COMMAND --help" says more.
`;

const [name = '--help', ...args] = process.argv.slice(2);
const load = COMMANDS[name];
if (name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(HELP);
} else if (load === undefined) {
  process.stderr.write(`mailtls: there is no command "${name.slice(0, 40)}".\n\n${HELP}`);
  process.exitCode = WRONG_USAGE;
} else {
  process.exitCode = await (await load())(args, processConsole());
}
