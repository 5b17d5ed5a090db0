/** `mailtls headers`: was this mail encrypted on its way? From files or standard input; nothing is kept. */
import { open } from 'node:fs/promises';
import { gradeTls } from '../assessment/tls-criteria.ts';
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import { checkHeaders } from '../check-headers.ts';
import { presentHeadersReport, presentSendingReport } from '../presenters/headers-report.ts';
import { presentHeadersOnTerminal, presentSendingOnTerminal } from '../presenters/headers-terminal.ts';
import { LONGEST_INPUT_BYTES } from '../received/message-text.ts';
import type { ServerToday } from '../answers/servers-today.ts';
import { lookUpServersToday } from '../answers/servers-today.ts';
import type { Console } from './console.ts';
import { wordUnreadable } from './domain-file.ts';
import { INTERRUPTED, worstStatus, WRONG_USAGE } from './exit-status.ts';
import { openKeptChecks } from './kept-checks.ts';
import { openCommand } from './opened-command.ts';
import { ownSettings } from './own-settings.ts';

const HELP = `mailtls headers: was this mail encrypted on its way?

  mailtls headers message.eml        every step it took, from Received fields
  pbpaste | mailtls headers          the same of what was copied
  mailtls headers --json --own example.org inbox/*.eml
                                     one report a line, in their order
  postconf -n | mailtls headers      what our own server asks of encryption

A file is a message, its header, a mailbox, or a sending configuration
(Get-SendConnector, postconf -n and others); without one, or for "-", it is
standard input. Nothing of it is kept. Where a service runs on this machine
and has checked a server the message went through, its answer stands beside
the step.

  --json             one report a line (mailtls.headers/1)
  --own NAME         a host name or domain of your own servers, whose records
                     you trust; may be repeated. Default: MAILTLS_OWN_SERVERS
                     (a comma list), else the topmost server and its siblings

Exit status: 0 encrypted, 1 partly or not, 2 not known, 64 wrong usage, 130
interrupted; of several the worst, in the order 1, 2, 64, 0. Of a sending
configuration: 0 encryption is required, 1 it is not, 2 not known.
`;

const COMMAND = {
  name: 'headers',
  help: HELP,
  options: {
    json: { type: 'boolean' },
    own: { type: 'string', multiple: true },
  },
} as const;

/** One byte more than is read of an input, so that a longer one is known to be longer. */
const MOST_BYTES = LONGEST_INPUT_BYTES + 1;

async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES);
}

/** Reads into `room`, which serves one file after the other. */
async function readFileStart(path: string, room: Uint8Array): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(room, sizeBytes, room.length - sizeBytes);
      sizeBytes += bytesRead;
      if (bytesRead === 0 || sizeBytes === room.length) return room.subarray(0, sizeBytes);
    }
  } finally {
    await file.close();
  }
}

const PASTE = 'Paste the header of the mail, then press Enter and Ctrl-D (on Windows Ctrl-Z and Enter).\n';
const HEADER_STATUSES = { encrypted: 0, partly: 1, 'not-encrypted': 1, unknown: 2 } as const;
const SENDING_STATUSES = { authenticated: 0, mandatory: 0, opportunistic: 1, off: 1, unknown: 2 } as const;
/** Writes one message's report, or one configuration's, and gives its exit status. */
function present(
  result: AssessedHeaders | AssessedSending,
  today: ReadonlyMap<string, ServerToday>,
  json: boolean,
  console: Console,
): number {
  if (result.kind === 'sending') {
    const report = presentSendingReport(result);
    console.out(json ? `${JSON.stringify(report)}\n` : presentSendingOnTerminal(report, console));
    const active = report.rules.filter((rule) => !rule.disabled);
    return active.length === 0
      ? SENDING_STATUSES.unknown
      : worstStatus(active.map((rule) => SENDING_STATUSES[rule.level]));
  }
  const report = presentHeadersReport(result, today);
  console.out(json ? `${JSON.stringify(report)}\n` : presentHeadersOnTerminal(report, console));
  return HEADER_STATUSES[report.verdict.answer];
}

/** @returns the exit status: 0 encrypted, 1 partly or not, 2 not known, 64 wrong usage; of several the worst */
export async function headersCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand(COMMAND, args, console);
  if (typeof opened === 'number') return opened;
  const { values, positionals } = opened;
  const json = values.json === true;
  const files = positionals.length === 0 ? ['-'] : positionals;
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  const given = (values.own ?? [])
    .map((name) => name.trim().toLowerCase().replace(/\.$/, ''))
    .filter((name) => name !== '');
  const ownServers = given.length > 0 ? given : settings.MAILTLS_OWN_SERVERS;
  const room = new Uint8Array(MOST_BYTES);
  const statuses: number[] = [];
  const kept = await openKeptChecks(settings);
  for (const file of files) {
    if (console.interrupted.aborted) break;
    let input: Uint8Array;
    try {
      if (file === '-' && console.input.isTTY === true) console.error(PASTE);
      input = file === '-' ? await readStream(console.input) : await readFileStart(file, room);
    } catch (error) {
      console.error(`mailtls headers: ${wordUnreadable(file, error)}\n`);
      statuses.push(WRONG_USAGE);
      continue;
    }
    const results = checkHeaders(input, { ownServers, nowMs: Date.now(), gradeTls });
    const messages = results.filter((result) => result.kind === 'headers');
    const today = kept === null ? NOTHING_KEPT : await lookUpServersToday(messages, kept.stored);
    for (const [at, result] of results.entries()) {
      if (!json && (statuses.length > 0 || at > 0)) console.out('\n');
      if (!json && files.length > 1 && at === 0) console.out(`${file}\n`);
      statuses.push(present(result, today, json, console));
    }
  }
  kept?.close();
  if (console.interrupted.aborted) {
    console.error('mailtls headers: interrupted; the rest was not read.\n');
    return INTERRUPTED;
  }
  return worstStatus(statuses);
}

const NOTHING_KEPT: ReadonlyMap<string, ServerToday> = new Map();
