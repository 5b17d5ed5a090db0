/**
 * Postfix's own probe, and what it says in the words of our report. It connects to the first server that lets it,
 * so one host of each domain is judged; `dane` and `secure` are its `-l`.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Enforceable } from '../../functions/presenters/export.ts';
import type { Report, ReportAddress } from '../../functions/presenters/report-schema.ts';
import { unboundLack } from '../lab/unbound.ts';

export type FingerLevel = 'dane' | 'secure';

export interface Judged {
  readonly domain: string;
  /** What it printed at each level. */
  readonly finger: Readonly<Record<FingerLevel, string>>;
  readonly report: Report;
  /** What it printed under the rule that we export for the domain; null: no rule, or several servers. */
  readonly underRule: { readonly level: Enforceable; readonly said: string } | null;
}

const NETWORK = fileURLToPath(new URL('./agreement-network.ts', import.meta.url));
const LARGEST_OUTPUT_BYTES = 64 << 20;

/** Null when it can judge the lab here, else why not. */
export function fingerLack(): string | null {
  const program = programLack();
  if (program !== null) return program;
  // Postfix gives up root's rights for those of its own user, so a namespace of root's user alone will not do.
  const apart = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', '--net', 'true']).status === 0;
  return apart ? null : 'a network of its own needs root, and a machine that lets root have one';
}

/** The same for what can be installed. */
export function programLack(): string | null {
  if (!existsSync('/usr/sbin/posttls-finger')) return 'posttls-finger is part of Debian’s postfix package';
  if (spawnSync('ip', ['-V']).status !== 0) return 'ip is part of Debian’s iproute2 package';
  return unboundLack();
}

/** Has posttls-finger and mailtls judge domains of the lab. */
export async function judgeDomains(domains: readonly string[]): Promise<readonly Judged[]> {
  const args = ['--mount', '--net', process.execPath, NETWORK, ...domains];
  const { stdout } = await promisify(execFile)('unshare', args, { maxBuffer: LARGEST_OUTPUT_BYTES });
  const judged: readonly Judged[] = JSON.parse(stdout);
  return judged;
}

/** What became of the connection; `not-served`: none, or the server would not talk. */
type Session = 'encrypted' | 'not-offered' | 'starttls-failed' | 'not-served' | 'no-server';

function fingerSession(said: string): Session {
  if (!/\[[0-9a-f.:]+\]:25/i.test(said)) return 'no-server';
  if (/TLS connection established to/.test(said)) return 'encrypted';
  if (/SSL_connect error|STARTTLS rejected|while sending STARTTLS/.test(said)) return 'starttls-failed';
  return /< 250/.test(said) ? 'not-offered' : 'not-served';
}

/** What `-l dane` says; records are those that are signed all the way. */
export function fingerDane(said: string): string {
  if (/TLSA lookup error/.test(said)) return 'lookup failed';
  const session = fingerSession(said);
  if (session !== 'encrypted') return session;
  const none = !/DNSSEC-signed TLSA record/.test(said);
  const passedOver = /unsupported TLSA certificate usage/.test(said);
  if (/all TLSA records unusable/.test(said) || (none && passedOver)) return `${session}, unusable`;
  if (none) return `${session}, none`;
  const matches = /(?:Verified|Trusted) TLS connection/.test(said);
  return `${session}, ${matches ? 'match' : 'mismatch'}${/MX RRset insecure/.test(said) ? ', unsigned MX' : ''}`;
}

/** What `-l secure` says, as a sender that verifies would act on it. */
export function fingerSecure(said: string): string {
  if (fingerSession(said) === 'no-server') return 'no-server';
  return /Verified TLS connection/.test(said) ? 'authenticated' : 'refused';
}

/** Whether it would have delivered under a rule. */
export const wouldDeliver = ({ level, said }: NonNullable<Judged['underRule']>): boolean =>
  (level === 'encrypt' ? /TLS connection established/ : /Verified TLS connection/).test(said);

/** The host and the address that it ended up with. */
export function fingerTarget(said: string): { readonly host: string; readonly ip: string | null } | null {
  const [, name = '', address = ''] = [...said.matchAll(/([a-z0-9._-]+)\[([0-9a-f.:]+)\]:25/gi)].at(-1) ?? [];
  if (address !== '') return { host: name, ip: address };
  const [, via = ''] = /via ([a-z0-9.-]+): TLSA lookup error/.exec(said) ?? [];
  return via === '' ? null : { host: via, ip: null };
}

const SESSION: Readonly<Record<ReportAddress['outcome'], Session>> = {
  encrypted: 'encrypted',
  'not-offered': 'not-offered',
  'starttls-failed': 'starttls-failed',
  refused: 'not-served',
  unreachable: 'not-served',
  'egress-blocked': 'not-served',
  'egress-interfered': 'not-served',
  'not-public': 'no-server',
  'out-of-time': 'not-served',
  'not-tested': 'not-served',
};

/** What our report says of the same host and address under DANE, in the same words. */
export function reportedDane(report: Report, said: string): string {
  const target = fingerTarget(said);
  const server = report.mailServers.find(({ host }) => host === target?.host);
  if (target === null || server === undefined) return hasServer(report) ? 'a server' : 'no-server';
  const { status } = server.dane;
  if (status === 'bogus' || status === 'unavailable') return 'lookup failed';
  const address = server.addresses.find(({ ip }) => ip === target.ip);
  if (address === undefined) return 'no such address';
  const session = SESSION[address.outcome];
  if (session !== 'encrypted') return session;
  const dane = address.dane === 'insecure' ? 'none' : address.dane;
  const unsigned = report.policy.mx.securityStatus !== 'secure' && dane !== 'none';
  return `${session}, ${dane}${unsigned ? ', unsigned MX' : ''}`;
}

/** What our report says of a sender that verifies and knows no policy. */
export function reportedSecure(report: Report): string {
  if (!hasServer(report)) return 'no-server';
  return report.senders.find(({ sender }) => sender === 'must-verify')?.outcome ?? 'not said';
}

const hasServer = ({ mailServers }: Report): boolean =>
  mailServers.some(({ addresses }) => addresses.some(({ outcome }) => outcome !== 'not-public'));
