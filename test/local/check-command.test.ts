import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { whatIfSchema } from '../../functions/presenters/what-if-schema.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  folder = mkdtempSync(join(tmpdir(), 'mailtls-check-'));
  environment = {
    ...lab.environment,
    MAILTLS_CONNECT_TIMEOUT_MS: '500',
    MAILTLS_GREETING_TIMEOUT_MS: '1000',
    MAILTLS_REPLY_TIMEOUT_MS: '500',
    MAILTLS_HANDSHAKE_TIMEOUT_MS: '500',
    MAILTLS_DNS_TIMEOUT_MS: '1000',
    MAILTLS_SECOND_LOOK_MS: '50',
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await lab.close();
});

const check = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runMailtls(['check', ...args], { environment: { ...environment, ...more } });

async function reportOf(domain: string, more: Readonly<Record<string, string>> = {}): Promise<Report> {
  const { out } = await check(['--json', domain], more);
  return reportSchema.parse(JSON.parse(out));
}

const list = (name: string, ...lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

describe('the exit status says what the answer is', () => {
  test.each([
    ['modern.example', 0, 'encrypted, not enforced'],
    ['one-of-three-in-clear.example', 1, 'partly encrypted'],
    ['no-starttls.example', 1, 'not encrypted'],
    ['greeting-421.example', 2, 'could not be tested'],
    ['null-mx.example', 3, 'takes no mail'],
    ['mx-localhost.example', 4, 'undeliverable'],
  ])('%s ends with %i: %s', async (domain, status, words) => {
    const run = await check([domain]);
    expect(run.out).toContain(`${domain}: ${words}`);
    expect(run).toMatchObject({ status, error: '' });
  });

  test('a domain that does not exist ends with 4 and no report', async () => {
    expect(await check(['--json', 'no-such-name.example'])).toMatchObject({
      status: 4,
      out: '',
      error: expect.stringContaining('There is no domain no-such-name.example.'),
    });
  });

  test.each([
    [['nodots'], 'single word without a dot'],
    [['192.0.2.1'], 'That is an IP address'],
    [[], 'No domain was given. Try: mailtls check vendor.com'],
    [['--require', 'perfect', 'vendor.example'], '--require takes "enforced" or "encrypted"'],
    [['--colour', 'vendor.example'], 'There is no option "--colour"'],
    [['--json=yes', 'vendor.example'], '--json takes no value'],
    [['vendor.example', '--require'], '--require needs a value behind it'],
    [
      ['--file', '--json'],
      '--file needs a value behind it; one that starts with a hyphen is written --file=--json',
    ],
    [['--file', '/nowhere/vendors.txt'], '/nowhere/vendors.txt cannot be read: there is no such file.'],
  ])('%j is wrong usage, and the sentence says why', async (args, sentence) => {
    const run = await check(args);
    expect(run).toMatchObject({ status: 64, out: '' });
    expect(run.error).toContain(sentence);
  });

  test('a setting that there is not is told, and nothing depends on it', async () => {
    const run = await check(['modern.example'], { MAILTLS_SMPT_PORT: '25', MAIL: '/var/mail' });
    expect(run.error).toBe(
      'mailtls: MAILTLS_SMPT_PORT is no setting and does nothing; those there are stand in functions/environment.ts.\n',
    );
    expect(run.status).toBe(0);
  });

  test('a setting that is not of its form is named, with what would be right', async () => {
    const run = await check(['modern.example'], { MAILTLS_SMTP_PORT: 'smtp' });
    expect(run.status).toBe(64);
    expect(run.error).toContain('MAILTLS_SMTP_PORT is "smtp"; it must be a port number from 1 to 65535');
  });

  test('--require encrypted is met by encryption that nobody enforces, --require enforced is not', async () => {
    expect((await check(['--require', 'encrypted', 'modern.example'])).status).toBe(0);
    expect(await check(['--require', 'enforced', 'modern.example'])).toMatchObject({
      status: 1,
      error: 'mailtls check: modern.example does not meet --require enforced.\n',
    });
    expect((await check(['--require', 'encrypted', 'greeting-421.example'])).status).toBe(2);
  });
});

describe('what a person reads', () => {
  test('comes without colour codes in a pipe, and with them where they are asked for', async () => {
    const escape = '\u001b[';
    expect((await check(['modern.example'])).out).not.toContain(escape);
    const coloured = await check(['modern.example'], { FORCE_COLOR: '1' });
    expect(coloured.out).toContain(escape);
    expect(coloured.out).toContain('encrypted, not enforced');
  });

  test('says how an address, a link and a name in another script were understood', async () => {
    expect((await check(['alice@modern.example'])).out).toContain(
      'Understood as the domain of that address: modern.example.',
    );
    expect((await check(['https://www.modern.example/contract?x=1'])).out).toContain(
      'Understood as the domain of that link: modern.example.',
    );
    expect((await check(['bücher.example'])).out).toContain('bücher.example (xn--bcher-kva.example)');
  });

  test('what holds for several servers alike is said once, with their names', async () => {
    const words = (await check(['twenty-servers.example'])).out.replace(/\s+/g, ' ');
    expect(words.match(/was not asked: this domain has more addresses/g)).toHaveLength(1);
    expect(words).toContain(
      'The same goes for mx17.twenty-servers.example, mx18.twenty-servers.example, mx19.twenty-servers.example.',
    );
  });

  test('a domain without a command is taken for a question, a word of the language for none', async () => {
    const bare = await runMailtls(['modern.example'], { environment });
    expect(bare).toMatchObject({ status: 64, out: '' });
    expect(bare.error).toContain('did you mean "mailtls check modern.example"?');
    const odd = await runMailtls(['constructor'], { environment });
    expect(odd.status).toBe(64);
    expect(odd.error).toContain('there is no command "constructor"');
    // "npx --no mailtls --version" is npx's own version.
    for (const asked of ['--version', 'version']) {
      expect((await runMailtls([asked], { environment })).out).toMatch(/^mailtls \d+\.\d+\.\d+\n$/);
    }
  });

  test('shows the dialogue with --transcript as one would type it', async () => {
    const { out } = await check(['--transcript', 'modern.example']);
    const typed = out.split('\n').flatMap((line) => / ms ([<>(].*)$/.exec(line)?.[1] ?? []);
    expect(typed.filter((line) => line.startsWith('>'))).toEqual([
      '> EHLO [127.0.0.1]',
      '> STARTTLS',
      '> EHLO [127.0.0.1]',
      '> QUIT',
    ]);
    expect(typed).toContain('< 220 mx.modern.example ESMTP');
    expect(typed).toContain('(TLSv1.3, TLS_AES_256_GCM_SHA384, X25519MLKEM768)');
  });

  test('a hostile banner cannot act on the terminal', async () => {
    const { out } = await check(['--transcript', 'hostile-banner.example']);
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  test.each([['--help'], ['check', '--help'], ['doctor', '--help'], ['headers', '--help']])(
    'mailtls %s %s has an example to copy',
    async (...args) => {
      const run = await runMailtls(args.filter(Boolean));
      expect(run).toMatchObject({ status: 0, error: '' });
      expect(run.out).toMatch(/^ {2}mailtls \w+/m);
    },
  );
});

describe('a list', () => {
  test('gives one line each, the worst status, and no entry is lost', async () => {
    const file = list(
      'vendors.txt',
      '# our vendors',
      'modern.example',
      '',
      'no-starttls.example,ignored',
      'nodots',
    );
    const run = await check(['--file', file]);
    expect(run.status).toBe(1);
    expect(run.out.trim().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^✔ modern\.example: encrypted, not enforced\./),
      expect.stringMatching(/^✘ no-starttls\.example: not encrypted\./),
    ]);
    expect(run.error).toContain('"nodots": That is a single word without a dot');
  });

  test('gives one report a line with --json, each of the schema', async () => {
    const { out } = await check(['--json', 'modern.example', 'tls12.example', 'null-mx.example']);
    const reports = out
      .trim()
      .split('\n')
      .map((line) => reportSchema.parse(JSON.parse(line)));
    expect(reports.map(({ domain }) => domain).toSorted()).toEqual([
      'modern.example',
      'null-mx.example',
      'tls12.example',
    ]);
  });

  test('is read from standard input too', async () => {
    const run = await runMailtls(['check', '--file', '-'], {
      environment,
      input: '\uFEFFmodern.example\r\ntls13.example\r\n',
    });
    expect(run.out.match(/^✔ /gm)).toHaveLength(2);
  });

  test('prints what is done when it is interrupted, and says how much is not', async () => {
    const run = await runMailtls(['check', 'modern.example', 'silent.example'], {
      environment: { ...environment, MAILTLS_GREETING_TIMEOUT_MS: '60000' },
      interruptAfter: 'modern.example',
    });
    expect(run.status).toBe(130);
    expect(run.out).toMatch(/^✔ modern\.example/);
    expect(run.error).toContain('interrupted; 1 of 2 done, the rest was not checked.');
  });
});

describe('the answer says less where it cannot look', () => {
  test('no way out of our own network is blocked egress, not a server that is down', async () => {
    const dead = { MAILTLS_CANARIES: lab.canaries.dead };
    const report = await reportOf('dropped.example', dead);
    expect(report.verdict.answer).toBe('untested');
    expect(report.mailServers[0]?.addresses[0]?.outcome).toBe('egress-blocked');
    expect((await reportOf('dropped.example')).mailServers[0]?.addresses[0]?.outcome).toBe('unreachable');
  });

  test('a masked STARTTLS is theirs when the canaries come through, and ours when they are masked too', async () => {
    const theirs = await reportOf('masked-starttls.example');
    expect(theirs.verdict.answer).toBe('plaintext');
    expect(theirs.verdict.reasons.map(({ code }) => code)).toContain('starttls-masked');
    const ours = await reportOf('masked-starttls.example', { MAILTLS_CANARIES: lab.canaries.masked });
    expect(ours.verdict.answer).toBe('untested');
    expect(ours.mailServers[0]?.addresses[0]?.outcome).toBe('egress-interfered');
  });

  test('private addresses get no packet', async () => {
    const before = lab.addresses('mx.modern.example').flatMap((ip) => lab.connections(ip)).length;
    const report = await reportOf('modern.example', { MAILTLS_ALLOW_PRIVATE: 'false' });
    expect(report.mailServers[0]?.addresses[0]?.outcome).toBe('not-public');
    expect(report.verdict.answer).toBe('undeliverable');
    expect(lab.addresses('mx.modern.example').flatMap((ip) => lab.connections(ip))).toHaveLength(before);
  });

  test('a server on the list of those never to probe is not asked', async () => {
    const before = lab.addresses('mx.tls13.example').flatMap((ip) => lab.connections(ip)).length;
    const report = await reportOf('tls13.example', { MAILTLS_NEVER_PROBE: 'tls13.example' });
    expect(report.verdict.answer).toBe('untested');
    expect(lab.addresses('mx.tls13.example').flatMap((ip) => lab.connections(ip))).toHaveLength(before);
  });

  test('without a prober no server is asked, and what is published is still shown', async () => {
    const before = lab.addresses('mx.tls12.example').flatMap((ip) => lab.connections(ip)).length;
    const report = await reportOf('tls12.example', { MAILTLS_PROBER: 'none' });
    expect(report).toMatchObject({ observer: { vantage: 'none' }, verdict: { answer: 'untested' } });
    expect(report.policy.mtaSts.status).toBe('none');
    expect(lab.addresses('mx.tls12.example').flatMap((ip) => lab.connections(ip))).toHaveLength(before);
  });

  test('the whole check ends at its deadline with what was seen', async () => {
    const report = await reportOf('silent.example', {
      MAILTLS_DEADLINE_MS: '1500',
      MAILTLS_GREETING_TIMEOUT_MS: '60000',
    });
    expect(report.mailServers[0]?.addresses[0]?.outcome).toBe('out-of-time');
    expect(report.verdict.answer).toBe('untested');
  });
});

describe('the second look', () => {
  test('is due after a refusal or a missing STARTTLS, and --confirm waits for it', async () => {
    expect((await reportOf('no-starttls.example')).provisional).toBe(true);
    const { out } = await check(['--json', '--confirm', 'no-starttls.example']);
    const confirmed = reportSchema.parse(JSON.parse(out));
    expect(confirmed).toMatchObject({ provisional: false, verdict: { answer: 'plaintext' } });
  });

  test('tells a server that offers STARTTLS only now and then', async () => {
    const { out } = await check(['--json', '--confirm', 'now-and-then.example']);
    const report = reportSchema.parse(JSON.parse(out));
    // A sender may meet the bare connection, so the better of the two looks does not count.
    expect(report).toMatchObject({ provisional: false, verdict: { answer: 'plaintext' } });
    expect(report.verdict.reasons.map(({ code }) => code)).toContain('starttls-inconsistent');
  });
});

async function whatIfOf(domain: string, ...changes: readonly string[]) {
  const run = await check(['--json', ...changes.flatMap((change) => ['--what-if', change]), domain]);
  const { schema, changes: made, today, supposed } = whatIfSchema.parse(JSON.parse(run.out));
  return { status: run.status, schema, made, today, supposed };
}

describe('what if', () => {
  test('a policy in mode enforce that every server meets would enforce encryption', async () => {
    const { schema, made, today, supposed } = await whatIfOf(
      'modern.example',
      'mta-sts=enforce',
      'tls-rpt=on',
    );
    expect(schema).toBe('mailtls.what-if/1');
    expect(made).toEqual(['mta-sts=enforce', 'tls-rpt=on']);
    expect(today.verdict).toMatchObject({ answer: 'opportunistic', reported: 'no' });
    expect(supposed.verdict).toMatchObject({
      answer: 'enforced',
      protectedBy: ['mta-sts'],
      delivery: 'ok',
      reported: 'yes',
    });
    expect(supposed.checkedAt).toBe(today.checkedAt);
  });

  test('a policy in mode enforce over a server in clear would lose mail', async () => {
    const { today, supposed } = await whatIfOf('no-starttls.example', 'mta-sts=enforce');
    expect([today.verdict.delivery, supposed.verdict.delivery]).toEqual(['ok', 'failing']);
  });

  test('without its servers in clear a domain would be encrypted, and the exit status says so', async () => {
    const asIs = await reportOf('one-of-three-in-clear.example');
    const clear = asIs.mailServers.filter(({ addresses }) =>
      addresses.some(({ outcome }) => outcome === 'not-offered'),
    );
    expect(clear).toHaveLength(1);
    const drop = `drop-server=${clear[0]?.host}`;
    const { status, today, supposed } = await whatIfOf('one-of-three-in-clear.example', drop);
    expect([today.verdict.answer, supposed.verdict.answer]).toEqual(['partial', 'opportunistic']);
    expect(supposed.mailServers).toHaveLength(2);
    expect(status).toBe(0);
  });

  test('what is supposed is never shown without saying so and what is true today', async () => {
    const supposed = '(Supposing mta-sts=enforce. As things are: encrypted, not enforced.)';
    const one = await check(['--what-if', 'mta-sts=enforce', '--require', 'enforced', 'modern.example']);
    expect(one.status).toBe(0);
    expect(one.out).toContain(`${supposed}\n\n✔ modern.example: encrypted, enforced\n`);
    const several = await check(['--what-if', 'mta-sts=enforce', 'modern.example', 'tls13.example']);
    for (const line of several.out.trim().split('\n')) {
      expect(line).toMatch(/^✔ [a-z0-9]+\.example: encrypted, enforced\./);
      expect(line).toContain(supposed);
    }
  });

  test.each([
    [
      'drop-server=mx9.example',
      'modern.example',
      64,
      'names mx9.example, so it cannot be dropped. Its servers are mx.modern.example.',
    ],
    ['drop-server=mx.modern.example', 'modern.example', 64, 'is the last mail server of modern.example'],
    ['mta-sts=enforce', 'null-mx.example', 3, 'takes no mail, and says so'],
    [
      'mta-sts=perhaps',
      'modern.example',
      64,
      '--what-if takes one of mta-sts=enforce|testing|none, dane=none',
    ],
  ])('%s of %s cannot be supposed', async (change, domain, status, sentence) => {
    const run = await check(['--what-if', change, domain]);
    expect(run).toMatchObject({ status, out: '' });
    expect(run.error).toContain(sentence);
  });

  test('a service gives no evidence to suppose with', async () => {
    const run = await check(['--what-if', 'dane=none', '--via', 'http://127.0.0.1:1', 'modern.example']);
    expect(run).toMatchObject({ status: 64, out: '' });
    expect(run.error).toContain('Leave --via out');
  });
});

const older = spawnSync('/usr/bin/node', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const olderMajor = Number(/^v(\d+)/.exec(older)?.[1] ?? Number.NaN);

test.skipIf(!(olderMajor >= 18 && olderMajor < 24))(
  `an older Node hands over to the one that was brought along (here: ${older.trim() || 'no other Node'})`,
  async () => {
    const run = await runMailtls(['check', '--json', 'modern.example'], {
      environment,
      node: '/usr/bin/node',
    });
    expect(run.status).toBe(0);
    expect(reportSchema.parse(JSON.parse(run.out)).domain).toBe('modern.example');
  },
);
