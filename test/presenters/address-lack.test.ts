import { describe, expect, test } from 'vitest';
import type { MailExchanger } from '../../functions/dns/mail-exchangers.ts';
import { presentSlackAnswer } from '../../functions/presenters/slack-answer.ts';
import { untestedTexts } from '../../functions/presenters/untested-wording.ts';
import { domain, host } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { onPage, onTerminal, reportOn } from './presented.ts';
import { cellsIn } from './slack-reading.ts';
import { asked } from './slack-layouts.ts';

describe.each([
  ['192.0.2.25', 'address-literal', 'an IP address, not a name'],
  ['localhost', 'localhost', "the sender's own machine"],
  ['mail server', 'not-a-host-name', 'not a host name'],
] as const satisfies readonly (readonly [string, MailExchanger['fault'], string])[])(
  'an MX record that names %s',
  (name, fault, words) => {
    const answer = aged(domain([host([], { fault, addresses: null, host: name })]));
    const report = reportOn(answer, asked('vendor.example'));

    test(`is shown to be ${words}, never a lookup that nobody made`, () => {
      expect(report.mailServers).toMatchObject([{ host: name, fault }]);
      expect(untestedTexts(report)).toEqual([`${name}: ${words}.`]);
      for (const columns of [60, 200]) {
        const shown = onTerminal(report, columns);
        expect(shown).toContain(`✘ ${words}`);
        expect(shown).not.toMatch(/no such name|no public address|no address/);
      }
      const { blocks } = presentSlackAnswer(asked('vendor.example'), answer, { sender: '', pageUrl: null });
      expect(cellsIn(blocks)[1]?.slice(0, 2)).toEqual([name, `✘ ${words}`]);
      expect(onPage(report, answer)).toContain(`class="bad">✘ ${words.replace("'", '&#39;')}</td>`);
    });
  },
);
