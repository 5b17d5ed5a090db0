/** `mailtls doctor`: what this machine can see, and what to do about what it cannot. */
import { createCheckTools } from '../check-tools.ts';
import { checkVantage } from '../check-vantage.ts';
import { createResolver } from '../dns/resolver.ts';
import type { Settings } from '../environment.ts';
import { awsPort25Request, examinationLook, wordExamination } from '../presenters/doctor-wording.ts';
import { terminalStyle } from '../presenters/terminal-style.ts';
import { indent } from '../presenters/terminal-text.ts';
import type { Console } from './console.ts';
import { examineDeployed, OUTPUTS_FILE } from './deployed.ts';
import { WRONG_USAGE } from './exit-status.ts';
import { openCommand } from './opened-command.ts';
import { ownSettings } from './own-settings.ts';

const HELP = `mailtls doctor: can this machine see what it needs to?

  mailtls doctor                     port 25, tampering, DNS, DNSSEC, HTTPS and
                                     our EHLO name, each with what to do
  mailtls doctor --deployed          the same of a deployment on AWS: what its
                                     canaries said, whether its name resolves

  --json             one examination a line
  --deployed         ask a deployment instead of this machine
  --outputs FILE     what "npm run deploy" wrote; default cdk.out/outputs.json

Exit status: 0 all well, 1 something is not, 64 wrong usage.
`;

const COMMAND = {
  name: 'doctor',
  help: HELP,
  options: {
    json: { type: 'boolean' },
    deployed: { type: 'boolean' },
    outputs: { type: 'string' },
  },
} as const;

/** @returns the exit status */
export async function doctorCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand(COMMAND, args, console);
  if (typeof opened === 'number') return opened;
  const { values: options, positionals, wrong } = opened;
  if (positionals.length > 0) return wrong('It takes no domain: it looks at this machine.');
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  const about =
    options.deployed === true
      ? await examineDeployed(options.outputs ?? OUTPUTS_FILE, settings, console.interrupted)
      : { examinations: await examine(settings, console.interrupted), ...ourselves(settings) };
  if (typeof about === 'string') return wrong(about);
  const { examinations } = about;
  const style = terminalStyle(console);
  for (const examination of examinations) {
    const { found, remedy } = wordExamination(examination);
    if (options.json === true) {
      console.out(`${JSON.stringify({ ...examination, found, remedy })}\n`);
    } else {
      const { icon, word, tone } = examinationLook(examination);
      console.out(`${indent(`${style.tone(tone, `${icon} ${word}`)}  ${found}`, 0, console)}\n`);
      if (remedy !== null) console.out(`${indent(`What to do: ${remedy}`, 2, console)}\n`);
    }
  }
  const blocked = examinations.some(({ code }) => code === 'port-25-blocked');
  if (blocked && options.json !== true) console.out(`\n${awsPort25Request(about.ehloName, about.address)}`);
  return examinations.every(({ well }) => well) ? 0 : 1;
}

const ourselves = ({ MAILTLS_EHLO_NAME: ehloName }: Settings) => ({ ehloName, address: null });

async function examine(settings: Settings, interrupted: AbortSignal) {
  const tools = createCheckTools(settings);
  const resolvers = settings.MAILTLS_RESOLVERS.map((address) =>
    createResolver({ ...settings, MAILTLS_RESOLVERS: [address] }, () => performance.now()),
  );
  try {
    return await checkVantage(
      {
        resolvers: resolvers.map((resolver) => ({ name: resolver.names.join(), resolver })),
        egress: tools.egress,
        ehloName: settings.MAILTLS_EHLO_NAME,
        signedName: settings.MAILTLS_SIGNED_NAME,
        forgedName: settings.MAILTLS_FORGED_NAME,
        httpsHost: settings.MAILTLS_HTTPS_CANARY,
        httpsPort: settings.MAILTLS_HTTPS_PORT,
        httpsTimeoutMs: settings.MAILTLS_CONNECT_TIMEOUT_MS,
      },
      interrupted,
    );
  } finally {
    for (const resolver of resolvers) resolver.close();
    tools.close();
  }
}
