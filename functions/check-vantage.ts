/**
 * Whether this machine can see what mailtls needs to see. A check that cannot look says so; the doctor says
 * why, and what to do. Each examination observes one thing and comes back as a code with facts.
 */
import { connect } from 'node:tls';
import { egressState } from './assessment/egress-state.ts';
import type { Examination, ExaminationCode } from './assessment/examination.ts';
import type { Answer, Resolver } from './dns/answer.ts';
import { lookUpHostAddresses } from './dns/host-addresses.ts';
import type { CanaryEvidence, EgressEvidence } from './probe/egress-evidence.ts';

export interface VantageTools {
  /** Each of the resolvers of the settings by itself, with its name. */
  readonly resolvers: readonly { readonly name: string; readonly resolver: Resolver }[];
  readonly egress: (signal: AbortSignal) => Promise<EgressEvidence>;
  readonly ehloName: string;
  readonly signedName: string;
  readonly forgedName: string;
  readonly httpsHost: string;
  readonly httpsPort: number;
  /** How long the HTTPS connection may take. */
  readonly httpsTimeoutMs: number;
}

/** Every examination, side by side, in the order people read them. */
export async function checkVantage(
  tools: VantageTools,
  signal: AbortSignal,
): Promise<readonly Examination[]> {
  const [port25, dns, dnssec, https, ehloName] = await Promise.all([
    tools.egress(signal).then(examineEgress),
    Promise.all(tools.resolvers.map((entry) => examineResolver(entry, tools.signedName, signal))),
    Promise.all(tools.resolvers.map((entry) => examineDnssec(entry, tools, signal))),
    examineHttps(tools, signal),
    examineEhloName(tools, signal),
  ]);
  return [...port25, ...dns, ...dnssec, https, ehloName];
}

export function examineEgress(evidence: EgressEvidence): readonly Examination[] {
  const { canaries } = evidence;
  const count = (...outcomes: readonly CanaryEvidence['outcome'][]): number =>
    canaries.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const reached = count('clear', 'tampered', 'refused');
  const facts = {
    reached,
    canaries: canaries.length,
    hosts: canaries.map(({ host }) => host).join(', '),
    detail: canaries
      .map(({ host, outcome, detail }) => `${host}: ${detail === '' ? outcome : detail}`)
      .join('; '),
  };
  const state = egressState(evidence);
  if (canaries.length === 0) return [{ subject: 'port-25', well: false, code: 'no-canaries', facts }];
  const port: Examination =
    reached === canaries.length
      ? { subject: 'port-25', well: true, code: 'port-25-open', facts }
      : reached > 0
        ? { subject: 'port-25', well: false, code: 'port-25-doubtful', facts }
        : count('no-connection') > 0
          ? { subject: 'port-25', well: false, code: 'port-25-blocked', facts }
          : { subject: 'port-25', well: false, code: 'port-25-unknown', facts };
  // A server that turned us away shows nothing of what the way does to STARTTLS.
  const interference: Examination =
    state === 'interfered'
      ? { subject: 'interference', well: false, code: 'interferes', facts }
      : count('clear') > 0
        ? { subject: 'interference', well: true, code: 'nothing-interferes', facts }
        : { subject: 'interference', well: false, code: 'interference-unknown', facts };
  return [port, interference];
}

async function examineResolver(
  { name, resolver }: VantageTools['resolvers'][number],
  host: string,
  signal: AbortSignal,
): Promise<Examination> {
  const answer = await resolver.lookUp(host, 'A', signal);
  const well =
    answer.outcome === 'records' || answer.outcome === 'no-data' || answer.outcome === 'name-error';
  return {
    subject: 'dns',
    well,
    code: well ? 'resolver-answers' : 'resolver-fails',
    facts: { resolver: name, outcome: answer.outcome, detail: extendedText(answer) },
  };
}

/** RFC 4035 section 3.2.3: a signed answer comes with AD, and a forged one not at all. */
async function examineDnssec(
  { name, resolver }: VantageTools['resolvers'][number],
  { signedName, forgedName }: VantageTools,
  signal: AbortSignal,
): Promise<Examination> {
  const [signed, forged] = await Promise.all([
    resolver.lookUp(signedName, 'A', signal),
    resolver.lookUp(forgedName, 'A', signal),
  ]);
  const facts = { resolver: name, signedName, forgedName, signed: signed.outcome, forged: forged.outcome };
  if (signed.outcome !== 'records') return { subject: 'dnssec', well: false, code: 'dnssec-unknown', facts };
  if (forged.outcome === 'records') {
    return { subject: 'dnssec', well: false, code: 'dnssec-forgery-accepted', facts };
  }
  return signed.securityStatus === 'secure'
    ? { subject: 'dnssec', well: true, code: 'dnssec-validated', facts }
    : { subject: 'dnssec', well: false, code: 'dnssec-not-validated', facts };
}

async function examineHttps(tools: VantageTools, signal: AbortSignal): Promise<Examination> {
  const { httpsHost: host, httpsPort: port } = tools;
  const resolver = tools.resolvers[0]?.resolver;
  const addresses =
    resolver === undefined ? [] : (await lookUpHostAddresses(host, resolver, signal)).addresses;
  const ip = addresses.find(({ family }) => family === 4)?.ip ?? addresses[0]?.ip;
  if (ip === undefined) {
    return {
      subject: 'https',
      well: false,
      code: 'https-unknown',
      facts: { host, detail: 'no address found' },
    };
  }
  const { outcome, detail } = await openTls(ip, port, host, tools.httpsTimeoutMs, signal);
  return { subject: 'https', well: outcome === 'https-open', code: outcome, facts: { host, detail } };
}

/** One TLS connection, to see whose certificate answers: checked as a browser would, and nothing is asked over it. */
function openTls(
  ip: string,
  port: number,
  servername: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ outcome: 'https-open' | 'https-intercepted' | 'https-blocked'; detail: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, servername, timeout: timeoutMs, rejectUnauthorized: false });
    const settle = (outcome: 'https-open' | 'https-intercepted' | 'https-blocked', detail: string): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve({ outcome, detail });
    };
    const giveUp = (): void => settle('https-blocked', 'out of time');
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('secureConnect', () => {
      if (socket.authorized) settle('https-open', '');
      // The types promise an Error; Node gives OpenSSL's name of the fault, or the one of the name check.
      else settle('https-intercepted', String(socket.authorizationError));
    });
    socket.on('timeout', () => settle('https-blocked', 'timed out'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle('https-blocked', error.code ?? error.message),
    );
  });
}

/** What receivers check of a client: its EHLO name has an address, and that address names it (RFC 1912 section 2.1). */
export async function examineEhloName(
  tools: Pick<VantageTools, 'ehloName' | 'resolvers'>,
  signal: AbortSignal,
): Promise<Examination> {
  const name = tools.ehloName;
  const resolver = tools.resolvers[0]?.resolver;
  const finding = (code: ExaminationCode, well: boolean, detail = ''): Examination => ({
    subject: 'ehlo-name',
    well,
    code,
    facts: { name, detail },
  });
  if (name === '' || resolver === undefined) return finding('ehlo-name-not-set', true);
  const { addresses } = await lookUpHostAddresses(name, resolver, signal);
  if (addresses.length === 0) return finding('ehlo-name-without-address', false);
  const back = await Promise.all(
    addresses.map(async ({ ip }) => ({ ip, answer: await resolver.lookUp(reverseName(ip), 'PTR', signal) })),
  );
  const astray = back.filter(
    ({ answer }) => answer.outcome !== 'records' || !answer.records.includes(name.toLowerCase()),
  );
  return astray.length === 0
    ? finding('ehlo-name-resolves-back', true)
    : finding('ehlo-name-does-not-resolve-back', false, astray.map(({ ip }) => ip).join(', '));
}

function extendedText(answer: Answer<'A'>): string {
  return answer.extendedErrors.map(({ text }) => text).join('; ');
}

/** RFC 1035 section 3.5 for IPv4, RFC 3596 section 2.5 for IPv6. */
export function reverseName(ip: string): string {
  if (!ip.includes(':')) return `${ip.split('.').toReversed().join('.')}.in-addr.arpa`;
  const [head = '', tail = ''] = ip.split('::', 2);
  const missing = 8 - groupsOf(head).length - groupsOf(tail).length;
  const all = [
    ...groupsOf(head),
    ...Array.from({ length: ip.includes('::') ? missing : 0 }, () => '0'),
    ...groupsOf(tail),
  ];
  const nibbles = all.map((group) => group.padStart(4, '0')).join('');
  return `${nibbles.split('').toReversed().join('.')}.ip6.arpa`;
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
