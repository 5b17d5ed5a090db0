/** `mailtls COMMAND`: finds the command, loads only what it needs, and exits with its status. */
import packageJson from '../../package.json' with { type: 'json' };
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

const HELP = `mailtls: is mail to vendor.com encrypted? Was this mail encrypted on its way?

  mailtls check vendor.com          ask its mail servers, and say so in a sentence
  mailtls check alice@vendor.com    an address or a link names its domain
  mailtls check --file vendors.txt  one line each, for a list
  mailtls headers message.eml       read a message's Received fields, hop by hop
  mailtls records vendor.com        what vendor.com would have to publish, so that
                                    nobody can switch its encryption off
  mailtls export --postfix --file vendors.txt
                                    rules for our own mail server, where insisting
                                    on encryption is safe
  mailtls serve                     as a service: HTTP, and pages for a browser
  mailtls doctor                    can this machine see port 25, DNS and HTTPS?
  mailtls agent                     connect to mail servers for a deployment on
                                    AWS, from a host with port 25 open
  mailtls slack-manifest --socket   the Slack app, to paste where Slack makes apps

"mailtls COMMAND --help" says more, "mailtls version" which one this is.
`;

const [name = '--help', ...args] = process.argv.slice(2);
const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(HELP);
} else if (name === '--version' || name === 'version') {
  process.stdout.write(`mailtls ${packageJson.version}\n`);
} else if (load === undefined) {
  process.stderr.write(`${await noSuchCommand(name)}\n`);
  process.exitCode = WRONG_USAGE;
} else {
  process.exitCode = await (await load())(args, processConsole());
}

/** Whoever types a domain first of all meant to check it. */
async function noSuchCommand(typed: string): Promise<string> {
  const { parseQuestion } = await import('../question/domain.ts');
  const read = parseQuestion(typed);
  if (read.ok)
    return `mailtls: did you mean "mailtls check ${read.question.domain}"? "mailtls help" says more.`;
  return `mailtls: there is no command ${JSON.stringify(typed.slice(0, 40))}.\n\n${HELP}`;
}
