/** Answers in every state a page can show, made of evidence as probes leave it. */
import type { AgedAnswer, CheckProgress } from '../../functions/answers/domain-answers.ts';
import type { HistoryEntry } from '../../functions/store/domain-history.ts';
import type { DomainAssessment } from '../../functions/assessment/assessment.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { ConnectionEvidence, TranscriptLine } from '../../functions/probe/probe-evidence.ts';
import {
  absent,
  canaries,
  connection,
  domain,
  endedAt,
  host,
  made,
  notMade,
  REFUSED,
  reply,
  WITHOUT_STARTTLS,
} from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';

const spoken = (greeting: string, keywords = '250 STARTTLS'): readonly TranscriptLine[] => [
  { atMs: 0, from: 'note', line: '-- connecting to 192.0.2.1 port 25' },
  { atMs: 31, from: 'server', line: greeting },
  { atMs: 31, from: 'client', line: 'EHLO probe.us.example' },
  { atMs: 44, from: 'server', line: '250-mx1.vendor.example' },
  { atMs: 44, from: 'server', line: keywords },
  { atMs: 45, from: 'client', line: 'STARTTLS' },
  { atMs: 57, from: 'server', line: '220 2.0.0 Ready to start TLS' },
  { atMs: 57, from: 'note', line: '-- TLS handshake, modern hello' },
  { atMs: 93, from: 'note', line: '-- TLSv1.3, TLS_AES_256_GCM_SHA384, X25519MLKEM768' },
  { atMs: 94, from: 'client', line: 'EHLO probe.us.example' },
  { atMs: 108, from: 'server', line: '250 mx1.vendor.example' },
  { atMs: 108, from: 'client', line: 'QUIT' },
  { atMs: 119, from: 'server', line: '221 2.0.0 Bye' },
];
const sound = connection({ transcript: spoken('220 mx1.vendor.example ESMTP Postfix') });
const plain: ConnectionEvidence = {
  ...WITHOUT_STARTTLS,
  transcript: spoken('220 mx1.vendor.example ESMTP', '250 SIZE 10240000').slice(0, 5),
};
const healthy = canaries('clear', 'clear', 'clear');

const HOSTILE =
  '220 <script>alert(1)</script> "><img src=x onerror=alert(2)> &lt;b&gt; \\x1b[31m \\u{202e}txt ' +
  'A'.repeat(300);

const two = [
  host([made('192.0.2.1', sound), made('2001:db8::1', sound)]),
  host([made('192.0.2.2', sound)], { host: 'mx2.vendor.example', preference: 20 }),
];
const forty = Array.from({ length: 40 }, (_, index) => {
  const ips = [`192.0.2.${index + 1}`, `2001:db8::${(index + 1).toString(16)}`];
  const probes = ips.map((ip) => (index < 16 ? made(ip, sound) : notMade(ip, 'address-limit')));
  return host(probes, { host: `mail-exchanger-${index + 1}.europe.vendor.example`, preference: 10 });
});

/** The same answer with another judgement: how it looks does not depend on how it came about. */
function judged(answer: AgedAnswer, changes: Partial<DomainAssessment>): AgedAnswer {
  if (answer.outcome !== 'answer') return answer;
  const assessment = { ...answer.judgement.assessment, ...changes };
  return { ...answer, judgement: { ...answer.judgement, assessment } };
}

export const ANSWERS: Readonly<Record<string, AgedAnswer>> = {
  enforced: judged(aged(domain(two)), {
    answer: 'enforced',
    strippable: 'unless-sender-checks',
    protectedBy: ['mta-sts'],
    reported: 'yes',
  }),
  failing: judged(aged(domain(two)), { answer: 'enforced', delivery: 'failing' }),
  opportunistic: aged(domain(two), { ageSeconds: 7200 }),
  partial: aged(
    domain(
      [
        host([made('192.0.2.1', sound)]),
        host([made('192.0.2.2', plain)], {
          host: 'mx2.vendor.example',
          preference: 20,
          secondLook: [made('192.0.2.2', plain)],
        }),
      ],
      { egress: healthy },
    ),
  ),
  plaintext: aged(
    domain([host([made('192.0.2.1', plain)], { secondLook: [made('192.0.2.1', plain)] })], {
      egress: healthy,
    }),
  ),
  untested: aged(
    domain(
      [
        host([
          made('192.0.2.1', REFUSED),
          made('192.0.2.9', endedAt('connect', 'timeout', { tookMs: 10_000 })),
          notMade('192.0.2.10', 'backing-off'),
        ]),
      ],
      { egress: healthy },
    ),
  ),
  blocked: aged(
    domain([host([made('192.0.2.1', endedAt('connect', 'timeout', { tookMs: 10_000 }))])], {
      egress: canaries('no-connection', 'no-connection', 'no-connection'),
    }),
    { kept: false, freshForSeconds: 0 },
  ),
  'no-mail': aged(domain([], { source: 'null-mx' })),
  undeliverable: aged(domain([host([], { fault: 'localhost', addresses: null, host: 'localhost' })])),
  stale: aged(domain(two), { stale: true, freshForSeconds: 0, ageSeconds: 200_000, refreshing: true }),
  'many-servers': aged(domain(forty)),
  hostile: aged(
    domain([
      host([
        made(
          '192.0.2.1',
          connection({ greeting: reply(220, HOSTILE.slice(4)), transcript: spoken(HOSTILE) }),
        ),
      ]),
    ]),
  ),
  'no-such-domain': aged(domain([], { source: 'name-error', answer: absent('name-error') })),
};

export const PROGRESS: CheckProgress = {
  startedAt: '2026-11-22T01:05:01.000Z',
  state: 'running',
  hosts: 2,
  addresses: 3,
  probed: 1,
  lastStep: { step: 'probe', host: 'mx1.vendor.example', ip: '192.0.2.1' },
};

export const HISTORY: readonly HistoryEntry[] = [
  {
    since: '2026-11-20T10:00:00.000Z',
    until: '2026-11-22T01:02:03.456Z',
    answer: 'opportunistic',
    changes: [
      { what: 'answer', subject: 'vendor.example', before: 'partial', after: 'opportunistic' },
      {
        what: 'outcome',
        subject: 'mx2.vendor.example[192.0.2.2]',
        before: 'not-offered',
        after: 'encrypted',
      },
      { what: 'certificate', subject: 'mx2.vendor.example[192.0.2.2]', before: null, after: 'ab'.repeat(32) },
    ],
  },
  { since: '2026-10-01T08:00:00.000Z', until: '2026-11-20T09:00:00.000Z', answer: 'partial', changes: [] },
];

/** Of the same domain under another name, so that each state has a page. */
export function named(answer: AgedAnswer, name: string): AgedAnswer {
  const evidence: DomainEvidence = { ...answer.evidence, domain: name };
  return { ...answer, evidence };
}
