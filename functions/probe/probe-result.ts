/**
 * A probe's result as it comes over a wire. Whoever sent it stands elsewhere and may be of another version, or not be
 * who we take it for; what is not of the form of evidence, or is about another server, is no result.
 */
import type {
  Cause,
  CertificateEvidence,
  ConnectionEvidence,
  ProbeEvidence,
  Reply,
  Stage,
  TlsEvidence,
  TranscriptLine,
} from './probe-evidence.ts';
import type { NotMade, ProbeRequest, ProbeResult } from './prober.ts';

type Form = (value: unknown) => boolean;
/** A form for every field, so that a field added to the evidence is missed here by the compiler. */
type FormsOf<T> = { readonly [Field in keyof Required<T>]: Form };

/** What could act on a screen: a prober has escaped it (`printable.ts`), and whoever shows a result relies on that. */
const UNESCAPED = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const text: Form = (value) => typeof value === 'string' && !UNESCAPED.test(value);
const number: Form = (value) => typeof value === 'number' && Number.isFinite(value);
const time: Form = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const nullOr =
  (form: Form): Form =>
  (value) =>
    value === null || form(value);
const absentOr =
  (form: Form): Form =>
  (value) =>
    value === undefined || form(value);
const listOf =
  (form: Form): Form =>
  (value) =>
    Array.isArray(value) && value.every(form);
const fields =
  <T>(forms: FormsOf<T>): Form =>
  (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const given = new Map<string, unknown>(Object.entries(value));
    return Object.entries<Form>(forms).every(([name, form]) => form(given.get(name)));
  };
const oneOf =
  <T extends string>(names: Readonly<Record<T, true>>): Form =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(names, value);

const STAGES: Readonly<Record<Stage, true>> = {
  connect: true,
  greeting: true,
  ehlo: true,
  helo: true,
  starttls: true,
  handshake: true,
  'ehlo-after-tls': true,
  quit: true,
};
const CAUSES: Readonly<Record<Cause, true>> = {
  completed: true,
  reply: true,
  'not-offered': true,
  timeout: true,
  'connection-refused': true,
  reset: true,
  closed: true,
  'no-route': true,
  malformed: true,
  'too-long': true,
  tls: true,
  'out-of-time': true,
};
const NOT_MADE: Readonly<Record<NotMade, true>> = {
  'not-public': true,
  'never-probe': true,
  'address-limit': true,
  'backing-off': true,
  'out-of-time': true,
  'prober-failed': true,
  'no-prober': true,
};

const reply = fields<Reply>({ code: number, lines: listOf(text) });
const tls = fields<TlsEvidence>({
  version: text,
  cipher: text,
  group: nullOr(text),
  chain: listOf(fields<CertificateEvidence>({ sha256: text, derBase64: text })),
  chainLeftOut: number,
  chainError: nullOr(text),
});
const connection = fields<ConnectionEvidence>({
  hello: oneOf({ modern: true, legacy: true }),
  observedAt: time,
  tookMs: number,
  localAddress: nullOr(text),
  connectedAtMs: absentOr(nullOr(number)),
  greeting: nullOr(reply),
  ehlo: nullOr(
    fields<NonNullable<ConnectionEvidence['ehlo']>>({ command: oneOf({ EHLO: true, HELO: true }), reply }),
  ),
  starttls: nullOr(reply),
  clearBytesAfterStartTls: number,
  tls: nullOr(tls),
  ehloAfterTls: nullOr(reply),
  end: fields<ConnectionEvidence['end']>({ stage: oneOf(STAGES), cause: oneOf(CAUSES), detail: text }),
  transcript: listOf(
    fields<TranscriptLine>({
      atMs: number,
      from: oneOf({ client: true, server: true, note: true }),
      line: text,
    }),
  ),
});
const evidence = fields<ProbeEvidence>({
  ip: text,
  port: number,
  serverName: text,
  observedAt: time,
  tookMs: number,
  connections: (value) => listOf(connection)(value) && Array.isArray(value) && value.length > 0,
});
const notMade = fields<Omit<Extract<ProbeResult, { attempt: 'not-made' }>, 'attempt'>>({
  ip: text,
  port: number,
  serverName: text,
  because: oneOf(NOT_MADE),
  detail: text,
});

/**
 * Reads what came back for a request.
 * @returns null when it is no result, or one about another address, port or name
 */
export function readProbeResult(
  value: unknown,
  asked: Pick<ProbeRequest, 'ip' | 'port' | 'serverName'>,
): ProbeResult | null {
  if (!isResult(value)) return null;
  const { ip, port, serverName } = value.attempt === 'made' ? value.evidence : value;
  const same = ip === asked.ip && port === asked.port && serverName === asked.serverName;
  return same ? value : null;
}

function isResult(value: unknown): value is ProbeResult {
  if (typeof value !== 'object' || value === null || !('attempt' in value)) return false;
  if (value.attempt === 'made') return 'evidence' in value && evidence(value.evidence);
  return value.attempt === 'not-made' && notMade(value);
}
