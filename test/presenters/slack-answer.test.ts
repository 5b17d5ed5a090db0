import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { ACTIONS, ANY_DETAILS, ANY_HOME_SHOW, MODALS } from '../../functions/presenters/slack-actions.ts';
import { presentSlackAnswer } from '../../functions/presenters/slack-answer.ts';
import { presentSlackAnswers } from '../../functions/presenters/slack-answers.ts';
import { presentDetails } from '../../functions/presenters/slack-details.ts';
import { presentHome } from '../../functions/presenters/slack-home.ts';
import { presentSharedAnswer } from '../../functions/presenters/slack-shared.ts';
import { presentVendorMail } from '../../functions/presenters/slack-vendor-mail.ts';
import { canaries, domain, endedAt, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { answerOf, asked, MESSAGES, NOW_MS, PAGE_URL, publishing, USER } from './slack-layouts.ts';
import { actionsIn, cellsIn, linesIn, prefilledIn } from './slack-reading.ts';

const ALONE = { sender: '', pageUrl: null } as const;
const OURS = { sender: 'gmail', pageUrl: PAGE_URL } as const;
const answer = (state: string, view: typeof ALONE | typeof OURS = ALONE) =>
  presentSlackAnswer(asked('vendor.example'), answerOf(state), view).blocks;
const layout = (name: string): readonly KnownBlock[] => MESSAGES[name]?.blocks ?? [];

const announced = (blocks: readonly unknown[]): readonly string[] =>
  linesIn(blocks).filter((line) => /once more|second look|bad moment|a few minutes/i.test(line));

describe('an answer', () => {
  test('begins with icon, word, sentence and age', () => {
    expect(linesIn(answer('plaintext'))[0]).toBe(
      '✘ vendor.example: not encrypted – No. Not one mail server of vendor.example encrypts: your mail would travel readable to anyone on the way. Checked 3 minutes ago, 2026-11-22 01:02 UTC.',
    );
  });

  test('has an age that Slack counts anew whenever it is read', () => {
    expect(JSON.stringify(answer('plaintext')[0])).toContain(
      `"type":"date","timestamp":${Date.parse('2026-11-22T01:02:03Z') / 1000},"format":"{ago}","fallback":"3 minutes ago"`,
    );
  });

  test('says first that mail is lost, where a policy loses it', () => {
    expect(linesIn(layout('answer-failing'))[0]).toMatch(
      /^✘ vendor\.example: mail gets lost; not encrypted – Mail to vendor\.example is being lost: /,
    );
    expect(MESSAGES['answer-failing']?.text).toMatch(/^✘ vendor\.example: mail gets lost/);
    expect(linesIn(layout('answer-degraded'))[0]).toMatch(
      /^✘ vendor\.example: some mail may be delayed or lost; /,
    );
  });

  test('begins with what may be expected where nobody could look, and says that nobody did', () => {
    const [first, second] = linesIn(layout('answer-expected'));
    expect(first).toBe(
      'Not probed. What the mail service documents lets one expect: encrypted, not enforced. Nobody has seen it from here.',
    );
    expect(second).toMatch(/^\? vendor\.example: could not be tested – We cannot say\. /);
  });

  test('sends nobody in Slack to a command line', () => {
    const lines = linesIn(layout('answer-blocked'));
    expect(lines).toContain(
      'Tell whoever runs this bot: "mailtls doctor" shows them what its network blocks.',
    );
    expect(lines.join()).not.toContain('Run "mailtls doctor"');
  });

  test('says what becomes of our mail where it is known who sends it', () => {
    const lines = linesIn(answer('partial', OURS));
    expect(lines).toContain(
      'Mail from Gmail (ours): ✘ may go readable, because mx2.vendor.example does not offer encryption.',
    );
    expect(lines.some((line) => line.includes('Microsoft 365'))).toBe(false);
  });

  test('else of mail from the two most common senders, together where they do the same', () => {
    expect(linesIn(answer('partial'))).toContain(
      'Mail from Gmail and Microsoft 365: ✘ may go readable, because mx2.vendor.example does not offer encryption.',
    );
  });

  test('has the stages of each server in words', () => {
    expect(cellsIn(answer('partial'))).toEqual([
      ['Mail server', 'Answers', 'Offers encryption', 'Encrypts', 'Certificate', 'Policy'],
      ['mx1.vendor.example [192.0.2.1]', '✔ yes', '✔ yes', '✔ TLS 1.3', '✔ in order', '– none'],
      ['mx2.vendor.example [192.0.2.2]', '✔ yes', '✘ not offered', '–', '–', '– none'],
    ]);
  });

  test('has the addresses of a server that do the same in one row', () => {
    expect(cellsIn(answer('opportunistic')).map(([server]) => server)).toEqual([
      'Mail server',
      'mx1.vendor.example [192.0.2.1], [2001:db8::1]',
      'mx2.vendor.example [192.0.2.2]',
    ]);
  });

  test('counts the servers for which there is no room, by what they came to', () => {
    expect(cellsIn(answer('many-servers'))).toHaveLength(11);
    expect(linesIn(answer('many-servers'))).toContain(
      'And 60 more addresses: 12 encrypted, 48 not tested. "Details" says more.',
    );
    expect(linesIn(answer('many-servers', OURS))).toContain(
      'And 60 more addresses: 12 encrypted, 48 not tested. The page has them all.',
    );
  });

  test('says what could not be tested and why, once where it is the same for many', () => {
    expect(linesIn(answer('many-servers'))).toContain(
      'mail-exchanger-17.europe.vendor.example[192.0.2.17] was not asked: this domain has more addresses than one check may ask. The same goes for mail-exchanger-17.europe.vendor.example[2001:db8::11], mail-exchanger-18.europe.vendor.example[192.0.2.18] and 45 more.',
    );
  });

  test('says once of all that was not tested that it says nothing about encryption', () => {
    const once = (state: string): readonly string[] =>
      linesIn(answer(state)).filter((line) => /says nothing about/.test(line));
    expect(once('many-servers')).toEqual(['Not tested, which says nothing about encryption']);
    expect(once('untested')).toEqual([expect.stringMatching(/^\? vendor\.example: could not be tested – /)]);
    const unreached = 'mx1.vendor.example[192.0.2.9] could not be reached: no answer in time.';
    expect(linesIn(answer('untested'))).toContain(unreached);
    const details = linesIn(presentDetails(answerOf('untested'), ALONE).blocks);
    expect(details).toContain(unreached);
    expect(details.filter((line) => /says nothing about/.test(line))).toHaveLength(1);
  });

  test.each(['provisional', 'untested'])('that is %s announces the second look once', (state) => {
    const note =
      'Provisional: some servers are looked at once more after a minute, and the answer may change. Ask again then.';
    expect(announced(answer(state))).toEqual([note]);
    expect(announced(presentDetails(answerOf(state), ALONE).blocks)).toEqual([note]);
    expect(announced(presentSharedAnswer(answerOf(state), ALONE, USER).blocks)).toEqual([note]);
  });

  test('tells when to ask again where no second look comes by itself', () => {
    const silent = made('192.0.2.9', endedAt('connect', 'timeout', { tookMs: 10_000 }));
    const egress = canaries('clear', 'clear', 'clear');
    const { blocks } = presentSlackAnswer(
      asked('vendor.example'),
      aged(domain([host([silent])], { egress })),
      ALONE,
    );
    expect(linesIn(blocks)).toContain(
      'Ask again in a few minutes: vendor.example may answer differently then.',
    );
  });

  test('says how a link was understood, and a foreign name in both forms', () => {
    const lines = linesIn(layout('answer-international'));
    expect(lines[0]).toMatch(/^✔ bücher\.example \(xn--bcher-kva\.example\): encrypted, not enforced/);
    expect(lines).toContain('Understood as the domain of that link: bücher.example (xn--bcher-kva.example).');
  });

  test('tells of an answer that is old, being renewed or not kept', () => {
    const stale = linesIn(answer('stale'));
    expect(stale).toContain('This answer is old, and things may have changed.');
    expect(stale).toContain('A new check is running.');
    expect(linesIn(answer('blocked'))).toContain(
      'This answer is not kept: it will be gone in a few minutes.',
    );
  });
});

const names = (blocks: readonly unknown[]): readonly string[] => actionsIn(blocks).map(({ label }) => label);

describe('buttons', () => {
  test('carry the domain as A-label and nothing else', () => {
    const values = new Set(actionsIn(layout('answer-international')).map(({ value }) => value));
    expect([...values]).toEqual(['xn--bcher-kva.example']);
  });

  test('are there where they can do something', () => {
    expect(names(answer('partial', OURS))).toEqual([
      'Check again',
      'Details',
      'Copy a mail to the vendor',
      'Share to channel',
      'Open page',
    ]);
    expect(names(answer('no-mail'))).toEqual(['Check again', 'Details', 'Share to channel']);
    expect(names(answer('no-such-domain'))).toEqual(['Check again']);
  });

  test('are without "Share" where all who are there can read the answer already', () => {
    const open = presentSlackAnswer(asked('vendor.example'), answerOf('partial'), OURS, 'conversation');
    expect(names(open.blocks)).toEqual(['Check again', 'Details', 'Copy a mail to the vendor', 'Open page']);
  });

  test('of an answer that is shared are those for everybody', () => {
    const shared = presentSharedAnswer(answerOf('partial'), ALONE, USER).blocks;
    expect(names(shared)).toEqual(['Details', 'Copy a mail to the vendor']);
  });

  test('of several domains have names of their own, which the pattern finds', () => {
    const row = { row: 'answer', asked: asked('vendor.example'), answer: answerOf('partial') } as const;
    const ids = actionsIn(presentSlackAnswers([row, row, row, row, row]).blocks).map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids.every((id) => ANY_DETAILS.test(id))).toBe(true);
    expect(ANY_DETAILS.test(ACTIONS.details)).toBe(true);
  });
});

test('a shared answer says who asked', () => {
  const [first] = presentSharedAnswer(answerOf('partial'), ALONE, USER).blocks;
  expect(JSON.stringify(first)).toContain(`{"type":"user","user_id":"${USER}"}`);
  const [other] = presentSharedAnswer(answerOf('partial'), ALONE, '!channel').blocks;
  expect(linesIn(other === undefined ? [] : [other])).toEqual([
    'Somebody asked whether mail to vendor.example is encrypted.',
  ]);
});

test('five domains are five rows, whatever became of each', () => {
  expect(cellsIn(layout('answers-five')).map((cells) => cells.slice(0, 2))).toEqual([
    ['Domain', 'Answer'],
    ['vendor.example', '✔ encrypted, enforced'],
    ['partner.example', '✘ partly encrypted'],
    ['slow.example', '… being checked'],
    ['silent.example', '? no answer yet'],
    ['192.0.2.1', '? not a domain'],
  ]);
});

test('of several domains, too, it is said what was not probed, and what makes an answer doubtful', () => {
  const [, expected, provisional, old, busy, lost] = cellsIn(layout('answers-doubtful'));
  expect(expected).toEqual([
    'vendor.example',
    '? could not be tested',
    'Not probed. What the mail service documents lets one expect: encrypted, not enforced. Nobody has seen it from here. We cannot say. None of the mail servers of vendor.example could be tested, which says nothing about their encryption.',
    '3 minutes ago, not kept',
  ]);
  expect(provisional?.at(-1)).toBe('3 minutes ago, provisional');
  expect(provisional?.[2]).toMatch(/^We cannot say\. /);
  expect(old?.at(-1)).toMatch(/ ago, old, being renewed$/);
  expect(busy?.slice(1)).toEqual(['? not checked', 'Too many checks are waiting. Ask again.', '–']);
  expect(lost?.slice(1)).toEqual(['? not looked up', 'That failed on our side. Ask again.', '–']);
});

describe('the details', () => {
  const lines = linesIn(presentDetails(answerOf('partial'), OURS).blocks);

  test('have the reasons, the policies and every sender', () => {
    expect(lines).toContain(
      'mx2.vendor.example does not offer encryption (STARTTLS). Mail to it travels readable to anyone on the way.',
    );
    expect(lines).toContain('MTA-STS: none');
    expect(lines.filter((line) => line.includes('Google Workspace, told to require TLS'))).toHaveLength(1);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Microsoft 365; Exchange Server; Yahoo; Amazon SES; Postfix, as it comes; Postfix with DANE: ✘ /,
      ),
    );
  });

  test('say what is wrong with a server once, and of its addresses what they came to', () => {
    const sentence =
      'mx2.vendor.example does not offer encryption (STARTTLS). Mail to it travels readable to anyone on the way.';
    expect(lines.join('\n').split('does not offer encryption (STARTTLS)')).toHaveLength(2);
    expect(lines).toContain(sentence);
    expect(lines.join('\n')).toContain('mx2.vendor.example [192.0.2.2]\n✘ no encryption offered');
  });

  test('have the certificate and the dialogue, that of the server which failed first', () => {
    const text = lines.join('\n');
    expect(text).toContain('Certificate: CN=mx1.vendor.example, issued by CN=An authority');
    expect(text).toContain('    44 ms < 250 SIZE 10240000');
    expect(text.indexOf('mx2.vendor.example [192.0.2.2]')).toBeLessThan(
      text.indexOf('mx1.vendor.example [192.0.2.1]'),
    );
  });

  test('count the addresses that are not shown', () => {
    const many = linesIn(presentDetails(answerOf('many-servers'), ALONE).blocks);
    expect(many.some((line) => /^And \d+ more addresses, which are not shown here\.$/.test(line))).toBe(true);
  });
});

const texts = (state: string): readonly string[] => prefilledIn(presentVendorMail(answerOf(state)).blocks);

describe('a mail to the vendor', () => {
  test('says what was found and what to do about it', () => {
    const [subject, text] = texts('plaintext');
    expect(subject).toBe('Encryption of mail to vendor.example');
    expect(text).toContain('- mx1.vendor.example does not offer encryption (STARTTLS).');
    expect(text).toContain(
      '- Switch on STARTTLS on mx1.vendor.example; a certificate from any authority will do to begin with.',
    );
    expect(text).toMatch(/^Hello,\n\nwe send mail to vendor\.example .*Thank you, and kind regards$/s);
  });

  test('says nothing of what is still to come, or happened on our side', () => {
    const [, text = ''] = texts('provisional');
    expect(text).toContain('- mx2.vendor.example does not offer encryption (STARTTLS).');
    expect(text).not.toMatch(/second look|bad moment/);
    const [, many = ''] = texts('many-servers');
    expect(many).toContain('All 32 addresses we tested');
    expect(many).not.toMatch(/was not asked|more addresses than one check/);
  });

  test('is to wait where the answer is provisional', () => {
    const mails = ['provisional', 'plaintext'].map((state) => presentVendorMail(answerOf(state)));
    expect(mails.map((mail) => JSON.stringify(mail).includes('Wait with it'))).toEqual([true, false]);
  });

  test('is not there when the vendor has mended all since the button was shown', () => {
    const modal = presentVendorMail(answerOf('enforced'));
    const mended = presentVendorMail(publishing('opportunistic', { change: 'tls-rpt', state: 'on' }));
    expect(modal.callback_id).toBe(MODALS.vendorMail);
    expect(mended.callback_id).toBe(MODALS.notice);
    expect(linesIn(mended.blocks)[0]).toMatch(/nothing that they could mend by now/);
  });

  test('does not speak of a program that the vendor does not have', () => {
    expect(texts('enforced').join()).not.toContain('"mailtls records"');
  });
});

describe('Home', () => {
  test('has the last ten domains, with answer and age, and a button to clear them', () => {
    const recent = Array.from({ length: 12 }, (_, index) => ({
      domain: `vendor${index}.example`,
      answer: 'partial' as const,
      at: '2026-11-21T01:05:00Z',
    }));
    const { blocks } = presentHome({ recent, pageUrl: null, nowMs: NOW_MS });
    const shown = actionsIn(blocks).filter(({ id }) => ANY_HOME_SHOW.test(id));
    expect(shown.map(({ value }) => value)).toEqual(recent.slice(0, 10).map(({ domain }) => domain));
    expect(JSON.stringify(blocks)).toContain('✘ vendor0.example: partly encrypted, 1 day ago');
    expect(actionsIn(blocks).map(({ id }) => id)).toContain(ACTIONS.homeClear);
  });

  test('has a button to ask again where there is no answer yet', () => {
    const recent = [{ domain: 'slow.example', answer: null, at: '2026-11-21T01:05:00Z' }];
    const { blocks } = presentHome({ recent, pageUrl: null, nowMs: NOW_MS });
    expect(names(blocks)).toContain('Ask again');
    expect(names(blocks)).not.toContain('Show');
  });

  test('says that the list cannot be looked up, which is not that there is none', () => {
    const unknown = presentHome({ recent: null, pageUrl: null, nowMs: NOW_MS });
    expect(JSON.stringify(unknown)).toContain('cannot be looked up just now');
    const none = presentHome({ recent: [], pageUrl: null, nowMs: NOW_MS });
    expect(JSON.stringify(none)).not.toContain('cannot be looked up');
  });

  test('has no list and nothing to clear for somebody new', () => {
    const { blocks } = presentHome({ recent: [], pageUrl: null, nowMs: NOW_MS });
    expect(actionsIn(blocks).map(({ id }) => id)).toEqual([ACTIONS.homeCheck, ACTIONS.openHeadersForm]);
  });
});
