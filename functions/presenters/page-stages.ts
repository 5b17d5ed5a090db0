/**
 * How far a mail server let us come, stage by stage: the TCP connection, its greeting (RFC 5321 section 4.3.1),
 * STARTTLS (RFC 3207 section 4), the TLS handshake; then what its certificate and the domain's policies are worth.
 */
import type { HostEvidence } from '../assessment/domain-evidence.ts';
import type { Cause, ConnectionEvidence, Stage } from '../probe/probe-evidence.ts';
import { OUTCOME_LOOKS } from './answer-look.ts';
import type { Tone } from './answer-look.ts';
import { CERTIFICATE_FAULTS } from './certificate-fault-wording.ts';
import type { ReportAddress, ReportServer } from './report-schema.ts';
import { wordTlsVersion } from './tls-version-wording.ts';

export interface Cell {
  readonly icon: string;
  readonly word: string;
  readonly tone: Tone;
}

const NOT_REACHED: Cell = { icon: '–', word: '', tone: 'quiet' };
const SHOWN = ['connect', 'greeting', 'starttls', 'handshake'] as const;

/** Where a session that ended at a stage stands among the shown ones. */
const PLACES: Readonly<Record<Stage, number>> = {
  connect: 0,
  greeting: 1,
  ehlo: 2,
  helo: 2,
  starttls: 2,
  handshake: 3,
  'ehlo-after-tls': SHOWN.length,
  quit: SHOWN.length,
};

const CAUSES: Readonly<Record<Cause, string>> = {
  completed: '',
  reply: 'refused',
  'not-offered': 'not offered',
  timeout: 'no answer',
  'connection-refused': 'refused',
  reset: 'reset',
  closed: 'closed',
  'no-route': 'no way there',
  malformed: 'not SMTP',
  'too-long': 'endless',
  tls: 'failed',
  'out-of-time': 'out of time',
};

/**
 * @param host the evidence the report's server was made of
 * @returns six cells; null: no connection was made to this address
 */
export function stagesOf(
  server: ReportServer,
  address: ReportAddress,
  host: HostEvidence,
): readonly Cell[] | null {
  const connection = decisiveConnection(host, address.ip);
  if (connection === null) return null;
  const times = stageTimes(connection);
  const reached = connection.tls === null ? PLACES[connection.end.stage] : SHOWN.length;
  const stages = SHOWN.map((_, place): Cell => {
    if (place > reached) return NOT_REACHED;
    if (place === reached) return ended(address, connection);
    if (SHOWN[place] === 'handshake' && address.tls?.legacyOnly === true)
      return outdated(address.tls.version);
    const atMs = times[place] ?? null;
    return { icon: '✔', word: atMs === null ? 'yes' : `${atMs} ms`, tone: 'good' };
  });
  return [...stages, certificateCell(server, address), policyCell(server, address)];
}

/** Of both looks and both hellos, the one that came through; else the first hello of the last look. */
function decisiveConnection(host: HostEvidence, ip: string): ConnectionEvidence | null {
  const looks = [...host.secondLook, ...host.probes].flatMap((probe) =>
    probe.attempt === 'made' && probe.evidence.ip === ip ? [probe.evidence] : [],
  );
  const connections = looks.flatMap((look) => look.connections);
  return connections.find(({ tls }) => tls !== null) ?? connections[0] ?? null;
}

/** When each stage was passed, since the connection attempt began; null: the dialogue does not tell. */
function stageTimes({ connectedAtMs, transcript }: ConnectionEvidence): readonly (number | null)[] {
  const connected = connectedAtMs ?? null;
  const after = (from: number, who: 'server' | 'note'): number =>
    transcript.findIndex((line, index) => index > from && line.from === who);
  const at = (index: number): number | null => transcript[index]?.atMs ?? null;
  const asked = transcript.findIndex(({ from, line }) => from === 'client' && line === 'STARTTLS');
  if (asked === -1) return [connected, at(after(-1, 'server'))];
  const handshake = after(asked, 'note');
  return [connected, at(after(-1, 'server')), at(after(asked, 'server')), at(after(handshake, 'note'))];
}

/** TLS that many senders no longer speak (RFC 8996 section 4, RFC 8996 section 5). */
const outdated = (version: string): Cell => ({
  icon: '✘',
  word: `${wordTlsVersion(version)} only`,
  tone: 'bad',
});

function ended({ outcome }: ReportAddress, { end, tookMs }: ConnectionEvidence): Cell {
  const { icon, tone } = OUTCOME_LOOKS[outcome];
  const code = end.cause === 'reply' ? ` ${end.detail.slice(0, 3)}` : '';
  const waited = end.cause === 'timeout' ? `, ${Math.round(tookMs / 1000)} s` : '';
  return { icon, word: `${CAUSES[end.cause]}${code}${waited}`, tone };
}

/** Faults matter to senders that check, and to those only (RFC 7435 section 3): ✘ where a policy makes them check. */
function certificateCell({ mtaSts }: ReportServer, { certificate, tls, dane }: ReportAddress): Cell {
  if (tls === null) return NOT_REACHED;
  if (certificate === null) return { icon: '?', word: 'unreadable', tone: 'unknown' };
  if (certificate.faults.length === 0) return { icon: '✔', word: 'in order', tone: 'good' };
  const word = certificate.faults.map((fault) => CERTIFICATE_FAULTS[fault] ?? fault).join(', ');
  return mtaSts === 'certificate-invalid' || dane === 'mismatch'
    ? { icon: '✘', word, tone: 'bad' }
    : { icon: '!', word, tone: 'fair' };
}

type Standing = 'good' | 'bad' | 'unknown' | 'none';

const DANE: Readonly<Record<ReportAddress['dane'], Standing>> = {
  none: 'none',
  insecure: 'none',
  match: 'good',
  partial: 'bad',
  mismatch: 'bad',
  unusable: 'bad',
  bogus: 'unknown',
  unavailable: 'unknown',
  'not-tested': 'none',
};
const MTA_STS: Readonly<Record<ReportServer['mtaSts'], Standing>> = {
  none: 'none',
  pass: 'good',
  'no-match': 'bad',
  'certificate-invalid': 'bad',
  'no-starttls': 'bad',
  'not-tested': 'none',
};
const STANDINGS = { bad: '✘', unknown: '?', good: '✔' } as const;

function policyCell(server: ReportServer, address: ReportAddress): Cell {
  const dane = DANE[address.dane === 'not-tested' ? server.dane.status : address.dane];
  const policies = { DANE: dane, 'MTA-STS': MTA_STS[server.mtaSts] };
  for (const tone of ['bad', 'unknown', 'good'] as const) {
    const names = Object.entries(policies).flatMap(([name, standing]) => (standing === tone ? [name] : []));
    if (names.length > 0) return { icon: STANDINGS[tone], word: names.join(', '), tone };
  }
  return { icon: '–', word: 'none', tone: 'quiet' };
}
