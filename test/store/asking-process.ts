/**
 * A process that asks for answers from the store below a folder, for tests of several: it prints one line of JSON
 * when it is open and one a command. Commands come as lines on standard input: `ask DOMAIN`,
 * `store`, `close`.
 */
import { createInterface } from 'node:readline';
import { readSettings } from '../../functions/environment.ts';
import { openLocalAnswers } from '../../functions/local/store-answers.ts';

const read = readSettings(process.env);
if (!read.ok) throw new Error(read.mistakes.map(({ name }) => name).join());
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const local = await openLocalAnswers(read.settings, (entry) => say({ log: entry }));
say({ store: local.store });

const NEVER = new AbortController().signal;

async function ask(domain: string): Promise<void> {
  const asked = await local.answers.ask({ domain }, { again: false, waitMs: 30_000 }, NEVER);
  const about =
    asked.outcome === 'answer'
      ? { kept: asked.kept, observedAt: asked.evidence.observedAt, answer: asked.judgement.assessment.answer }
      : {};
  say({ asked: domain, outcome: asked.outcome, ...about });
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, domain = ''] = line.split(' ');
  if (command === 'ask') void ask(domain);
  else if (command === 'store') say({ store: local.store });
  else break;
}
await local.close();
say({ closed: true });
process.exit(0);
