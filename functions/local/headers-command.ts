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
import { INTERRUPTED, worstStatus, WRONG_USAGE } from './exit-status.ts';
import { openKeptChecks } from './kept-checks.ts';
import { parseOptions } from './options.ts';
import { ownSettings } from './own-settings.ts';

export const HEADERS_HELP = `Usage: mailtls headers [--json] [--own NAME]... [FILE]...

Says of every step a message took whether it was encrypted, from its Received
fields. FILE is a message, its header, a mailbox, or a sending configuration
(Get-SendConnector, postconf -n, ...); without FILE, or for "-", standard input.

  --json       one report a line, in the order of the messages
  --own NAME   a host name or domain of your own servers, whose records you
               trust; may be repeated. Default: MAILTLS_OWN_SERVERS (a comma
               list), else the topmost server and its siblings

Where a service runs on this machine and has checked a server the message went
through, its answer stands beside the step.

Exit status: 0 encrypted, 1 partly or not, 2 not known, 64 wrong usage, 130
interrupted.

  mailtls headers message.eml
  pbpaste | mailtls headers
  mailtls headers --json --own example.org inbox/*.eml
`;

interface HeadersArguments {
  readonly json: boolean;
  readonly help: boolean;
  readonly own: readonly string[];
  readonly files: readonly string[];
}

function readArguments(args: readonly string[]): HeadersArguments | { readonly mistake: string } {
  const parsed = parseOptions(args, {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
    own: { type: 'string', multiple: true, default: [] },
  });
  if (typeof parsed === 'string') return { mistake: parsed };
  const { values, positionals } = parsed;
  return { ...values, files: positionals.length === 0 ? ['-'] : positionals };
}

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
  const read = readArguments(args);
  if ('mistake' in read) {
    console.error(`mailtls headers: ${read.mistake}\n`);
    return WRONG_USAGE;
  }
  if (read.help) {
    console.out(HEADERS_HELP);
    return 0;
  }
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  const given = read.own
    .map((name) => name.trim().toLowerCase().replace(/\.$/, ''))
    .filter((name) => name !== '');
  const ownServers = given.length > 0 ? given : settings.MAILTLS_OWN_SERVERS;
  const room = new Uint8Array(MOST_BYTES);
  const statuses: number[] = [];
  const kept = await openKeptChecks(settings);
  for (const file of read.files) {
    if (console.interrupted.aborted) break;
    let input: Uint8Array;
    try {
      input = file === '-' ? await readStream(console.input) : await readFileStart(file, room);
    } catch (error) {
      console.error(`mailtls headers: ${error instanceof Error ? error.message : String(error)}\n`);
      statuses.push(WRONG_USAGE);
      continue;
    }
    const results = checkHeaders(input, { ownServers, nowMs: Date.now(), gradeTls });
    const messages = results.filter((result) => result.kind === 'headers');
    const today = kept === null ? NOTHING_KEPT : await lookUpServersToday(messages, kept.stored);
    for (const [at, result] of results.entries()) {
      if (!read.json && (statuses.length > 0 || at > 0)) console.out('\n');
      if (!read.json && read.files.length > 1 && at === 0) console.out(`${file}\n`);
      statuses.push(present(result, today, read.json, console));
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
