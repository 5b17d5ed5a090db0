import { describe, expect, test } from 'vitest';
import type { MailExchanger } from '../../functions/dns/mail-exchangers.ts';
import { presentDomainPage } from '../../functions/presenters/page-domain.ts';
import { presentReportOnTerminal } from '../../functions/presenters/report-terminal.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import { presentSlackAnswer } from '../../functions/presenters/slack-answer.ts';
import { untestedTexts } from '../../functions/presenters/untested-wording.ts';
import { domain, host } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { cellsIn } from './slack-reading.ts';
import { asked } from './slack-layouts.ts';

const question = { domain: 'vendor.example', displayDomain: 'vendor.example' };

describe.each([
  ['192.0.2.25', 'address-literal', 'an IP address, not a name'],
  ['localhost', 'localhost', "the sender's own machine"],
  ['mail server', 'not-a-host-name', 'not a host name'],
] as const satisfies readonly (readonly [string, MailExchanger['fault'], string])[])(
  'an MX record that names %s',
  (name, fault, words) => {
    const answer = aged(domain([host([], { fault, addresses: null, host: name })]));
    const presented = presentReport(question, answer.evidence, answer.judgement, '');
    if (presented.outcome !== 'report') throw new Error(presented.sentence);
    const { report } = presented;

    test(`is shown to be ${words}, never a lookup that nobody made`, () => {
      expect(report.mailServers).toMatchObject([{ host: name, fault }]);
      expect(untestedTexts(report)).toEqual([`${name}: ${words}.`]);
      for (const columns of [60, 200]) {
        const shown = presentReportOnTerminal(report, { colour: false, columns }, { transcript: false });
        expect(shown).toContain(`✘ ${words}`);
        expect(shown).not.toMatch(/no such name|no public address|no address/);
      }
      const { blocks } = presentSlackAnswer(asked('vendor.example'), answer, { sender: '', pageUrl: null });
      expect(cellsIn(blocks)[1]?.slice(0, 2)).toEqual([name, `✘ ${words}`]);
      const page = presentDomainPage({
        report,
        evidence: answer.evidence,
        ageSeconds: 0,
        stale: false,
        kept: true,
        progress: null,
        history: { schema: 'mailtls.history/1', ...question, entries: [] },
      });
      expect(page).toContain(`class="bad">✘ ${words.replace("'", '&#39;')}</td>`);
    });
  },
);
