/**
 * Whatever servers, certificates and headers say, a message is one that Slack takes, and nothing in it acts. Size
 * and limits are measured on reports of forty servers whose every text is as long and as hostile as can be.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgedAnswer } from '../../functions/answers/domain-answers.ts';
import { presentSlackAnswer } from '../../functions/presenters/slack-answer.ts';
import { presentSlackAnswers } from '../../functions/presenters/slack-answers.ts';
import type { SlackAnswersRow } from '../../functions/presenters/slack-answers.ts';
import { presentDetails } from '../../functions/presenters/slack-details.ts';
import { presentHeadersMessage, presentHeadersModal } from '../../functions/presenters/slack-headers.ts';
import { presentSlackHistory } from '../../functions/presenters/slack-history.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import { presentNotice } from '../../functions/presenters/slack-notices.ts';
import { presentSharedAnswer } from '../../functions/presenters/slack-shared.ts';
import { presentVendorMail } from '../../functions/presenters/slack-vendor-mail.ts';
import {
  canaries,
  connection,
  domain,
  endedAt,
  failed,
  found,
  host,
  made,
  notMade,
  reply,
} from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { faultsOfHome, faultsOfMessage, faultsOfModal } from '../slack/limits.ts';
import { asked, headersOf, NOW_MS, PAGE_URL, USER } from './slack-layouts.ts';

/** In every hostile text, so that it is found wherever it gets to. */
const MARK = 'qzq';
const EXPECTED = { users: [USER], links: ['https://mailtls.us.example/'] };
const LONG = 500;

const acting = fc.constantFrom(
  '<!channel>',
  '<!here|here>',
  '<@U0123EVIL>',
  '<https://evil.example|vendor.com>',
  '<mailto:a@evil.example|b>',
  'https://evil.example/?a=1&b=2',
  '*bold* _italic_ ~gone~ `code` ```block```',
  ':white_check_mark: ✔ encrypted',
  '@everyone #general',
  '&lt;!channel&gt; &amp;',
  '> quote\n# heading\n• list',
  '[link](https://evil.example)',
  '\u202egnp.exe\u2066 \u200b \u0000\u001b[31m\u0085\u2028',
  '\ud800',
  '"\\"\\'.repeat(LONG / 4),
  '漢'.repeat(LONG),
  '🔓'.repeat(LONG),
  'A'.repeat(LONG),
);
const hostile: fc.Arbitrary<string> = fc
  .tuple(acting, fc.oneof(acting, fc.string({ unit: 'binary', maxLength: 60 })))
  .map(([one, other]) => `${one}${MARK}${other}`);

const look = fc.tuple(hostile, fc.nat(5)).map(([text, kind]) => {
  const ip = '192.0.2.7';
  const said = [
    { atMs: 1, from: 'server', line: `220 ${text}` },
    { atMs: 2, from: 'client', line: 'EHLO probe.us.example' },
    { atMs: 3, from: 'server', line: `250 ${text}` },
  ] as const;
  const transcript = [...said, ...said, ...said, ...said];
  switch (kind) {
    case 0:
      return made(ip, connection({ greeting: reply(220, text), transcript }));
    case 1:
      return made(
        ip,
        endedAt('greeting', 'reply', { detail: `554 ${text}`, greeting: reply(554, text), transcript }),
      );
    case 2:
      return made(ip, endedAt('ehlo', 'not-offered', { detail: text, transcript }));
    case 3:
      return made(ip, endedAt('handshake', 'tls', { detail: text, transcript }));
    case 4:
      return made(ip, endedAt('connect', 'no-route', { detail: text }));
    default:
      return notMade(ip, 'prober-failed', text);
  }
});

const server = fc
  .tuple(hostile, fc.array(look, { maxLength: 2 }), fc.nat(99), fc.boolean())
  .map(([name, looks, preference, lookUpFailed]) =>
    host(
      looks.map((probe, index) => withIp(probe, `192.0.2.${preference}${index}`)),
      {
        host: name,
        preference,
        ...(lookUpFailed && looks.length === 0
          ? { addresses: found([], { a: failed('servfail', name), aaaa: failed('timeout', name) }) }
          : {}),
      },
    ),
  );

function withIp(probe: ReturnType<typeof made>, ip: string): ReturnType<typeof made> {
  return probe.attempt === 'made' ? { ...probe, evidence: { ...probe.evidence, ip } } : { ...probe, ip };
}

const answer: fc.Arbitrary<AgedAnswer> = fc
  .tuple(
    fc.oneof(fc.array(server, { maxLength: 4 }), fc.array(server, { minLength: 40, maxLength: 40 })),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([servers, stale, blocked]) =>
    aged(
      domain(servers, {
        egress: blocked ? canaries('no-connection', 'no-connection') : canaries('clear', 'clear', 'clear'),
      }),
      { stale, refreshing: stale, kept: !blocked },
    ),
  );

const VIEWS = [
  { sender: '', pageUrl: null },
  { sender: 'gmail', pageUrl: PAGE_URL },
] as const;
const view = fc.constantFrom(...VIEWS);
const RUNS = { numRuns: 60, seed: 20261122 };
/** What a question is about is no longer than that, whatever is in it. */
const LONGEST_DOMAIN = 253;

/** Every text that Slack reads as markup. */
function markupIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn);
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'type' in value && value.type === 'mrkdwn' && 'text' in value && typeof value.text === 'string'
      ? [value.text]
      : [];
  return [...own, ...Object.values(value).flatMap(markupIn)];
}

const foreignMarkup = (layout: unknown): readonly string[] =>
  markupIn(layout).filter((text) => text.includes(MARK));

describe('servers that say anything', () => {
  test('an answer stays within limits, and nothing in it acts', () => {
    fc.assert(
      fc.property(answer, view, (one, view) => {
        const message = presentSlackAnswer(asked('vendor.example'), one, view);
        expect(faultsOfMessage(message, { ...EXPECTED, to: 'response' })).toEqual([]);
        expect(foreignMarkup(message)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('so do a shared answer and its details', () => {
    fc.assert(
      fc.property(answer, view, (one, view) => {
        const shared = presentSharedAnswer(one, view, USER);
        expect(faultsOfMessage(shared, { ...EXPECTED, to: 'response' })).toEqual([]);
        expect(foreignMarkup(shared)).toEqual([]);
        const details = presentDetails(one, view);
        expect(faultsOfModal(details, EXPECTED)).toEqual([]);
        expect(foreignMarkup(details)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('so do a mail to the vendor and a row of a list', () => {
    fc.assert(
      fc.property(answer, hostile, (one, text) => {
        expect(faultsOfModal(presentVendorMail(one), EXPECTED)).toEqual([]);
        const rows: SlackAnswersRow[] = [
          ...[1, 2, 3, 4].map(
            () => ({ row: 'answer', asked: asked('vendor.example'), answer: one }) as const,
          ),
          {
            row: 'not-a-domain',
            mistake: { mistake: { code: 'label-too-long', label: text }, asked: text },
          },
        ];
        const list = presentSlackAnswers(rows);
        expect(faultsOfMessage(list, { ...EXPECTED, to: 'response' })).toEqual([]);
        expect(foreignMarkup(list)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('headers that say anything', () => {
  const field = fc
    .tuple(hostile, hostile, fc.boolean())
    .map(([from, by, clear]) =>
      `Received: from ${from} (x [192.0.2.1]) by ${by} (Postfix) with ${clear ? 'ESMTP' : 'ESMTPS'} id 4Pf1aa1; Sun, 22 Nov 2026 00:01:00 +0000`.replaceAll(
        /[\r\n]/g,
        ' ',
      ),
    );
  const header = fc.oneof(
    fc.array(field, { minLength: 1, maxLength: 5 }),
    fc.array(field, { minLength: 60, maxLength: 60 }),
  );

  test('the route stays within limits, as a message and as a modal, and nothing in it acts', () => {
    fc.assert(
      fc.property(header, (fields) => {
        const results = headersOf(fields.join('\n'));
        const message = presentHeadersMessage(results);
        expect(faultsOfMessage(message, { to: 'response' })).toEqual([]);
        expect(foreignMarkup(message)).toEqual([]);
        const modal = presentHeadersModal(results);
        expect(faultsOfModal(modal, {})).toEqual([]);
        expect(foreignMarkup(modal)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('names that say anything', () => {
  const names = fc.record({ domain: hostile, displayDomain: hostile });
  test('notices, the history and Home stay within limits', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 10, maxLength: 10 }), (asked) => {
        const [one = { domain: '', displayDomain: '' }] = asked;
        const notices = [
          presentNotice({ notice: 'checking', asked: asked.slice(0, 5) }),
          presentNotice({ notice: 'too-soon', asked: one, seconds: 12 }),
          presentNotice({ notice: 'no-history', asked: one }),
          presentSlackHistory(
            one,
            asked.map(({ domain }) => ({
              since: '2026-11-20T10:00:00.000Z',
              until: '2026-11-21T10:00:00.000Z',
              answer: 'partial',
              changes: asked.map(() => ({
                what: 'outcome',
                subject: domain,
                before: 'refused',
                after: domain,
              })),
            })),
          ),
        ];
        for (const notice of notices) {
          expect(faultsOfMessage(notice, { to: 'response' })).toEqual([]);
          expect(foreignMarkup(notice)).toEqual([]);
        }
        const recent = asked.map(({ domain }) => ({
          domain: domain.slice(0, LONGEST_DOMAIN),
          answer: null,
          at: '2026-11-21T10:00:00.000Z',
        }));
        const home = presentHome({ recent, pageUrl: null, nowMs: NOW_MS });
        expect(faultsOfHome(home, {})).toEqual([]);
        expect(foreignMarkup(home)).toEqual([]);
      }),
      RUNS,
    );
  });
});
