import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../functions/presenters/slack-actions.ts';
import { presentSlackHelp } from '../../functions/presenters/slack-help.ts';
import { presentSlackHistory } from '../../functions/presenters/slack-history.ts';
import { presentNotice, presentNoticeModal } from '../../functions/presenters/slack-notices.ts';
import type { Notice } from '../../functions/presenters/slack-notices.ts';
import { HISTORY } from '../page/answers.ts';
import { asked } from './slack-layouts.ts';
import { actionsIn, linesIn } from './slack-reading.ts';

const VENDOR = asked('vendor.example');

const buttons = (notice: Notice) => actionsIn(presentNotice(notice).blocks);

describe('a notice', () => {
  test.each<[Notice, RegExp]>([
    [
      { notice: 'checking', asked: [VENDOR] },
      /^… checking – The mail servers of vendor\.example are being asked\. The answer follows here/,
    ],
    [
      { notice: 'too-soon', asked: VENDOR, seconds: 42 },
      /^… checked a moment ago – .* Ask again in 42 seconds\.$/,
    ],
    [{ notice: 'busy', seconds: 15 }, /^… busy – .* so none was started\. Ask again in 15 seconds\.$/],
    [{ notice: 'gave-up', asked: [VENDOR] }, /^\? no answer yet – .* That says nothing about encryption\. /],
    [
      { notice: 'neither-headers-nor-domain' },
      /^\? nothing to look at – That is neither the header of a mail nor a domain\. /,
    ],
    [{ notice: 'no-domain' }, /Give a domain like vendor\.com/],
    [{ notice: 'expired' }, /is not kept any more, or cannot be looked up just now\. Ask again/],
    [{ notice: 'no-history', asked: VENDOR }, /Nothing is found about vendor\.example: nobody has asked/],
    [
      { notice: 'checking-from-home', asked: [VENDOR] },
      /^… checking – The mail servers of vendor\.example .* The answer appears in your list on this tab/,
    ],
    [{ notice: 'store-failed' }, /^\? not looked up – .* It says nothing about the domain\./],
    [
      { notice: 'not-a-domain', mistake: { mistake: { code: 'single-label' }, asked: 'vendor' } },
      /^\? not a domain – That is a single word without a dot/,
    ],
  ])('%j says what happened and what to do', (notice, sentence) => {
    expect(linesIn(presentNotice(notice).blocks)).toEqual([expect.stringMatching(sentence)]);
    expect(linesIn(presentNoticeModal(notice).blocks)).toEqual([expect.stringMatching(sentence)]);
  });

  test('of a check that took too long has a button to ask again, where it was about one domain', () => {
    expect(buttons({ notice: 'gave-up', asked: [VENDOR] })).toEqual([
      { id: ACTIONS.checkAgain, label: 'Ask again', value: 'vendor.example' },
    ]);
    expect(buttons({ notice: 'gave-up', asked: [VENDOR, VENDOR] })).toEqual([]);
  });

  test('of a domain without a history has a button to ask about it', () => {
    expect(buttons({ notice: 'no-history', asked: VENDOR })).toEqual([
      { id: ACTIONS.checkAgain, label: 'Ask now', value: 'vendor.example' },
    ]);
  });

  test('has no button in a modal, where nothing could be answered', () => {
    for (const notice of ['gave-up', 'no-history'] as const) {
      const given: Notice = notice === 'gave-up' ? { notice, asked: [VENDOR] } : { notice, asked: VENDOR };
      expect(actionsIn(presentNoticeModal(given).blocks)).toEqual([]);
    }
  });
});

describe('the history', () => {
  test('has each state with when it was and what changed', () => {
    expect(linesIn(presentSlackHistory(VENDOR, HISTORY).blocks)).toEqual([
      'History of vendor.example, the latest first.',
      [
        '✔ encrypted, not enforced 2026-11-20 10:00 UTC to 2026-11-22 01:02 UTC',
        'The answer was "partly encrypted" and became "encrypted, not enforced".',
        'mx2.vendor.example[192.0.2.2] was "no encryption offered" and became "encrypted".',
        'mx2.vendor.example[192.0.2.2] has a certificate.',
      ].join('\n'),
      '✘ partly encrypted 2026-10-01 08:00 UTC to 2026-11-20 09:00 UTC',
    ]);
  });

  test('of many states is counted, not cut', () => {
    const [state] = HISTORY;
    if (state === undefined) throw new Error('no state');
    const lines = linesIn(
      presentSlackHistory(
        VENDOR,
        Array.from({ length: 30 }, () => state),
      ).blocks,
    );
    expect(lines.at(-1)).toBe('And 22 earlier.');
  });

  test('of a domain that nobody asked about says so', () => {
    expect(linesIn(presentSlackHistory(VENDOR, []).blocks)[0]).toMatch(/^– no history – /);
  });
});

test('help has an example of each thing that can be asked', () => {
  const text = JSON.stringify(presentSlackHelp().blocks);
  for (const example of ['vendor.com', 'vendor.com partner.org', 'headers', 'history vendor.com', 'help']) {
    expect(text).toContain(`\`/mailtls ${example}\``);
  }
});
