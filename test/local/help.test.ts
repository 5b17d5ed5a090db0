import { describe, expect, test } from 'vitest';
import { runMailtls } from './run-mailtls.ts';

const COMMANDS = ['check', 'headers', 'records', 'export', 'doctor', 'serve', 'agent', 'slack-manifest'];

describe.each(COMMANDS)('mailtls %s --help', (command) => {
  test('says what it is for, then examples, then options, then exit statuses, on 80 columns', async () => {
    const { out, error, status } = await runMailtls([command, '--help']);
    expect({ error, status }).toEqual({ error: '', status: 0 });
    const [title = '', examples = '', ...more] = out.split('\n\n');
    expect(title).toMatch(new RegExp(`^mailtls ${command}: .+$`));
    expect(examples).toMatch(new RegExp(`^  (?:\\w+ \\| |\\w+ -n \\| )?mailtls ${command}\\b`));
    expect(more.at(-1)).toMatch(/^Exit status: 0 .*\b64 wrong usage/s);
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(80);
  });

  test('shows what an example or an option does in a column of its own', async () => {
    const { out } = await runMailtls([command, '--help']);
    const options = out.split('\n').filter((line) => /^ {2}--/.test(line) && / {2,}\S/.test(line.slice(4)));
    for (const line of options) expect(/^ {2}--[\w-]+(?: [A-Z]+)? {2,}/.exec(line)?.[0].length).toBe(21);
    const examples = out.split('\n').filter((line) => /^ {2}[a-zA-Z_=0-9 ]*mailtls .* {2,}\S/.test(line));
    for (const line of examples) expect(line.slice(35, 38)).toMatch(/^ {2}\S$/);
    expect(options.length + examples.length).toBeGreaterThan(0);
  });

  test('is where a wrong option is sent', async () => {
    const { out, error, status } = await runMailtls([command, '--nonsense']);
    expect({ out, status }).toEqual({ out: '', status: 64 });
    expect(error).toBe(`mailtls ${command}: There is no option "--nonsense"; --help lists them.\n`);
  });
});

test('a message that is not there is said in words', async () => {
  const { error, status } = await runMailtls(['headers', '/nowhere/message.eml']);
  expect(status).toBe(64);
  expect(error).toBe('mailtls headers: /nowhere/message.eml cannot be read: there is no such file.\n');
});
