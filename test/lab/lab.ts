/**
 * `npm run lab`: the small internet in a process of its own, with the service beside it, until Ctrl-C. Prints the
 * names to try and the settings to try them with; with `--json` the settings alone, on one line, for whoever
 * started it, and no service.
 */
import { parseArgs } from 'node:util';
import type { Section } from './declaration.ts';
import { startLab } from './start-lab.ts';
import { startLabService } from './lab-service.ts';
import type { Lab } from './start-lab.ts';

const MOST_NAMES_SHOWN = 30;
/** What "mailtls doctor" looks at on the internet, and finds here. */
const FOR_DOCTOR = [
  "export MAILTLS_SIGNED_NAME='mx.secure.example'",
  "export MAILTLS_FORGED_NAME='mx.bogus-address.example'",
  "export MAILTLS_HTTPS_CANARY='mta-sts.sts-enforce.example'",
];
const USAGE = `usage: npm run lab -- [--delay MS] [--second MS] [--bulk DOMAINS/SERVERS] [--json]
  --delay   one-way delay of every byte, in milliseconds
  --second  how long a second of the slow servers lasts, in milliseconds
  --bulk    d0000.bulk.example and on, on so many servers, e.g. 2000/40
  --json    print the settings as one line of JSON and nothing else
`;

const { values } = parseArgs({
  options: {
    delay: { type: 'string', default: '0' },
    second: { type: 'string', default: '1000' },
    bulk: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const bulk = /^(\d+)\/([1-9]\d*)$/.exec(values.bulk ?? '');
const wellFormed = [values.delay, values.second].every((text) => /^\d{1,6}$/.test(text));
if (values.help || !wellFormed || (values.bulk !== undefined && bulk === null)) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 64);
}

const lab = await startLab({
  delayMs: Number(values.delay),
  secondMs: Number(values.second),
  ...(bulk === null ? {} : { bulk: { domains: Number(bulk[1]), servers: Number(bulk[2]) } }),
});
const service = values.json ? null : await startLabService(lab.environment);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all([service?.stop(), lab.close()]).then(() => process.exit(0));
  });
}
process.stdout.write(values.json ? `${JSON.stringify(lab.environment)}\n` : welcome(lab));
process.stdout.write(service === null ? '' : `${service.said}\n`);

function welcome({ sections, environment, canaries }: Lab): string {
  const settings = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
  return [
    'A small internet on loopback. Names to try:',
    ...sections.map(named),
    '',
    'In another terminal:',
    ...settings,
    ...FOR_DOCTOR,
    'npx --no mailtls check modern.example',
    '',
    'To see what a blocked port 25 looks like, and a network that masks STARTTLS:',
    `export MAILTLS_CANARIES='${canaries.dead}'`,
    `export MAILTLS_CANARIES='${canaries.masked}'`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

function named({ title, domains }: Section): string {
  const width = Math.max(...domains.map(({ name }) => name.length));
  const lines = domains
    .slice(0, MOST_NAMES_SHOWN)
    .map(({ name, shows }) => `  ${name.padEnd(width)}  ${shows}`);
  const more = domains.length > MOST_NAMES_SHOWN ? [`  and ${domains.length - MOST_NAMES_SHOWN} more`] : [];
  return [`\n${title}`, ...lines, ...more].join('\n');
}
