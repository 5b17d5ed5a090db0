import { describe, expect, test } from 'vitest';
import { BLOCKS } from '../../functions/presenters/slack-actions.ts';
import { presentHeadersForm } from '../../functions/presenters/slack-headers-form.ts';
import { presentHeadersMessage, presentHeadersModal } from '../../functions/presenters/slack-headers.ts';
import { HEADER, headersOf, longHeader } from './slack-layouts.ts';
import { actionsIn, linesIn } from './slack-reading.ts';

const lines = (text: string): readonly string[] => linesIn(presentHeadersMessage(headersOf(text)).blocks);

describe('the answer about a header', () => {
  test('is a sentence, the route with a row for each step, and what no header says', () => {
    expect(lines(HEADER)).toEqual([
      '✘ partly encrypted – Only in part. Of 4 steps across a network, 1 was in clear text.',
      'What your own side recorded was encrypted.',
      'The way it took',
      expect.stringMatching(/^1\. 🔒 encrypted {2}\[10\.1\.2\.3\] → app7\.vendor\.example\n/),
      '2. ✘ not encrypted  app7.vendor.example → out.vendor.example\n      after 60 seconds',
      '── From here on your own side recorded it; above, anyone could have written it.',
      '3. 🔒 encrypted  out.vendor.example → edge.us.example\n      TLS 1.3, TLS_AES_256_GCM_SHA384 · after 6 minutes',
      '4. 🔒 encrypted  edge.us.example → mailbox.us.example\n      TLS 1.3, TLS_AES_256_GCM_SHA384 · after 60 seconds',
      'What to bear in mind',
      expect.stringContaining('Steps that your own side did not record'),
      expect.stringContaining('No header says how the message went'),
    ]);
  });

  test('of sixty steps has both ends, those in clear text, and how many there are between them', () => {
    const route = lines(longHeader(60, [17, 44]));
    const steps = route.flatMap((line) => /^(\d+)\. (\S+)/.exec(line)?.slice(1) ?? []);
    expect(steps).toEqual(expect.arrayContaining(['1', '17', '44', '60']));
    expect(route).toContain('      … 26 more steps: 26 encrypted');
    expect(route.filter((line) => line.includes('✘ not encrypted'))).toHaveLength(2);
  });

  test('cannot be shared, nor anything else be done with it', () => {
    const results = headersOf(HEADER);
    expect(actionsIn(presentHeadersMessage(results).blocks)).toEqual([]);
    expect(actionsIn(presentHeadersModal(results).blocks)).toEqual([]);
  });

  test('about a mailbox says that it is about the first mail', () => {
    const mailbox = `From a@b Sun Nov 22 00:00:00 2026\n${HEADER}\n\nFrom a@b Sun Nov 22 00:00:00 2026\n${HEADER}\n`;
    expect(lines(mailbox.replaceAll('\r', '')).at(-1)).toMatch(/^This is about the first of 2 mails\./);
  });

  test('keeps nothing in the modal that Slack would keep', () => {
    expect(presentHeadersModal(headersOf(HEADER))).not.toHaveProperty('private_metadata');
  });
});

test('the form takes 3000 characters or one file, and says where each stays', () => {
  const form = presentHeadersForm();
  const inputs = form.blocks.flatMap((block) => ('element' in block ? [block] : []));
  expect(inputs.map(({ block_id, optional }) => [block_id, optional])).toEqual([
    [BLOCKS.headersText, true],
    [BLOCKS.headersFile, true],
  ]);
  expect(inputs[0]?.element).toMatchObject({ type: 'plain_text_input', max_length: 3000, multiline: true });
  expect(inputs[1]?.element).toMatchObject({ type: 'file_input', max_files: 1 });
  const text = JSON.stringify(form);
  expect(text).toContain('What you paste is read once and not stored.');
  expect(text).toContain('A file that you upload stays in Slack');
});
