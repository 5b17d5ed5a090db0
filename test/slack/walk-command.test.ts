/** The command from end to end: signed by Slack, answered from the store or after a check of the lab. */
import { expect, test } from 'vitest';
import { MODALS } from '../../functions/presenters/slack-actions.ts';
import { HEADER, MARK, buttonsOf, useWalk } from './walk.ts';
import { wordsOf } from './words.ts';

const walk = useWalk();

test('a domain that nobody asked about: "checking" at once, then one answer and no more', async () => {
  const deed = walk.somebody();
  const { statusCode, payload, faults } = await walk.ask(deed, 'four-servers.example');
  expect([statusCode, faults]).toEqual([200, []]);
  expect(payload).toMatchObject({ response_type: 'ephemeral' });
  expect(wordsOf(payload)).toContain('The mail servers of four-servers.example are being asked');
  const [answer, ...more] = await walk.posted(deed);
  expect(more).toEqual([]);
  expect(answer?.payload).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  expect(wordsOf(answer?.payload)).toContain('four-servers.example: encrypted, not enforced');
});

test('a stored answer is the acknowledgement itself, with its age', async () => {
  await walk.known('one-server.example');
  const deed = walk.somebody();
  const { payload, faults } = await walk.ask(deed, 'one-server.example');
  expect(faults).toEqual([]);
  expect(wordsOf(payload)).toMatch(/one-server\.example: encrypted, not enforced.*Checked .* UTC/);
  expect([...buttonsOf(payload).keys()]).toEqual([
    'Check again',
    'Details',
    'Copy a mail to the vendor',
    'Share to channel',
    'Open page',
  ]);
  expect(walk.slack.posts(deed)).toEqual([]);
});

test.each([
  'ann@one-server.example',
  'https://one-server.example/path?x=1',
  '<mailto:ann@one-server.example|ann@one-server.example>',
  '<http://one-server.example|one-server.example>',
  '  ONE-SERVER.Example. ',
  '“one-server.example”',
  'is one-server.example encrypted?',
])('%s asks about the domain in it', async (text) => {
  await walk.known('one-server.example');
  const { payload, faults } = await walk.ask(walk.somebody(), text);
  expect(faults).toEqual([]);
  expect(wordsOf(payload)).toContain('one-server.example: encrypted');
});

test('five domains: one row each, and one message when the last is there', async () => {
  await walk.known('one-server.example');
  const deed = walk.somebody();
  const { payload, faults } = await walk.ask(
    deed,
    'one-server.example tls12.example, null-mx.example postfix.example https://exim.example/',
  );
  expect(faults).toEqual([]);
  expect(wordsOf(payload)).toMatch(/one-server\.example.*being checked/);
  const [answer, ...more] = await walk.posted(deed);
  expect(more).toEqual([]);
  const words = wordsOf(answer?.payload);
  for (const name of ['one-server', 'tls12', 'null-mx', 'postfix', 'exim'])
    expect(words).toContain(`${name}.example`);
  expect(words).not.toContain('being checked');
});

test('six domains are too many, and nothing is checked', async () => {
  const { payload } = await walk.ask(
    walk.somebody(),
    'a.example b.example c.example d.example e.example f.example',
  );
  expect(wordsOf(payload)).toContain('Up to five domains');
});

test('thirty people at once about one domain: one check, and each gets the answer', async () => {
  const [ip = ''] = walk.lab.addresses('mx.requiretls.example');
  const deeds = Array.from({ length: 30 }, () => walk.somebody());
  const replies = await Promise.all(deeds.map((deed) => walk.ask(deed, 'requiretls.example')));
  expect(replies.flatMap(({ faults }) => faults)).toEqual([]);
  const answers = await Promise.all(
    deeds.map(async (deed, index) => {
      const words = wordsOf(replies[index]?.payload);
      return /are being asked/.test(words) ? wordsOf((await walk.posted(deed))[0]?.payload) : words;
    }),
  );
  for (const answer of answers) expect(answer).toContain('requiretls.example: encrypted');
  expect(walk.lab.connections(ip)).toHaveLength(1);
  expect(deeds.map((deed) => walk.slack.posts(deed).length).every((count) => count <= 1)).toBe(true);
});

test('headers opens the form, help helps, and history lists', async () => {
  const deed = walk.somebody();
  expect((await walk.ask(deed, 'headers')).payload).toBe('');
  const opened = walk.slack.callsTo('views.open').at(-1);
  expect(opened?.payload).toMatchObject({ view: { callback_id: MODALS.headersForm } });
  const help = await walk.ask(walk.somebody(), 'help');
  expect([help.faults, wordsOf(help.payload)]).toEqual([[], expect.stringContaining('/mailtls vendor.com')]);
  expect(wordsOf((await walk.ask(walk.somebody(), '')).payload)).toContain('/mailtls vendor.com');
  await walk.known('one-server.example');
  const history = await walk.ask(walk.somebody(), 'history one-server.example');
  expect(history.faults).toEqual([]);
  expect(wordsOf(history.payload)).toContain('one-server.example');
  const none = await walk.ask(walk.somebody(), 'history never-asked.example');
  expect(wordsOf(none.payload)).toContain('Nothing is found about never-asked.example');
});

test.each([
  ['192.0.2.1', 'IP address'],
  ['vendor', 'vendor'],
  ['nosuch.invalid-', 'hyphen'],
  ['🙂', ''],
  ['<!channel> <@U0OTHER>', ''],
  ['x'.repeat(3000), ''],
])('what is no domain gets a helpful sentence: %s', async (text, words) => {
  const { statusCode, payload, faults } = await walk.ask(walk.somebody(), text);
  expect([statusCode, faults]).toEqual([200, []]);
  expect(wordsOf(payload)).toContain(words);
  expect(wordsOf(payload).length).toBeGreaterThan(20);
});

test('pasted headers are answered in the acknowledgement', async () => {
  const { payload, faults } = await walk.ask(walk.somebody(), HEADER);
  expect(faults).toEqual([]);
  expect(wordsOf(payload)).toMatch(new RegExp(`encrypted.*${MARK}`));
  expect([...buttonsOf(payload).keys()]).toEqual([]);
});

test('what a server that took the mail offers today stands beside what the header says of then', async () => {
  await walk.known('one-server.example');
  const header = HEADER.replaceAll('us.example', 'one-server.example');
  const { payload, faults } = await walk.ask(walk.somebody(), header);
  expect(faults).toEqual([]);
  expect(wordsOf(payload)).toMatch(/Checked on \d{4}-\d{2}-\d{2}, this server offers encryption/);
});

test('whoever asked half an hour ago is told nothing any more', async () => {
  const deed = walk.somebody();
  expect(wordsOf((await walk.ask(deed, 'slow-20s.example')).payload)).toContain('are being asked');
  walk.bot.skip(30 * 60_000);
  await expect
    .poll(async () => wordsOf((await walk.ask(walk.somebody(), 'slow-20s.example')).payload), {
      timeout: 15_000,
      interval: 100,
    })
    .toContain('slow-20s.example: encrypted');
  expect(walk.slack.posts(deed)).toEqual([]);
});
