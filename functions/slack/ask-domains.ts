/**
 * Asking for answers without waiting for checks. What is stored comes back at once. Of the rest it is written down
 * who waits, and only then is the check asked for: whoever ends it finds the row, however fast that was. Of domains
 * asked together, the one that is answered last brings the message with all of them.
 */
import { randomUUID } from 'node:crypto';
import type { Answered } from '../answers/domain-answers.ts';
import type { Question, ReadQuestion } from '../question/domain.ts';
import type { Outcome } from './answer-message.ts';
import type { SlackDoor } from './door.ts';
import { endsIt } from './final-answer.ts';
import { MOST_POSTS, subscriberOf, waitingOf } from './subscriber.ts';
import type { AnswerTo } from './subscriber.ts';

const NEVER = new AbortController().signal;
/** There is somebody who brings the answer. */
const COMING: Answered = { outcome: 'checking', retryAfterSeconds: 0 };

/**
 * @param asked one to five
 * @param to where the answer goes if it is not there yet
 * @param announce says that there is something to check, while that begins: what is said later than the answer
 *   would be read as another check
 * @returns what is known of each; where one is `checking`, one message follows with all of them
 */
export async function askDomains(
  asked: readonly ReadQuestion[],
  to: AnswerTo,
  door: SlackDoor,
  announce: (outcomes: readonly Outcome[]) => Promise<void> = async () => {},
): Promise<readonly Outcome[]> {
  const outcomes = await Promise.all(asked.map((read) => outcomeAtOnce(read, door)));
  if (!outcomes.some(({ row }) => row === 'checking')) return outcomes;
  const [started] = await Promise.all([startChecks(asked, outcomes, to, door), announce(outcomes)]);
  return started;
}

async function startChecks(
  asked: readonly ReadQuestion[],
  outcomes: readonly Outcome[],
  to: AnswerTo,
  door: SlackDoor,
): Promise<readonly Outcome[]> {
  const missing = outcomes.flatMap((outcome) => (outcome.row === 'checking' ? [outcome.asked] : []));
  const id = randomUUID();
  const row = waitingOf(id, subscriberOf(asked, to), door.now());
  // All rows before the first check, or its end would be taken for the end of all.
  const added = await Promise.all(missing.map(({ domain }) => door.subscribers.add(domain, row)));
  const started = new Map<Question, Outcome>();
  await Promise.all(
    missing.map(async (question, index) => {
      const written = added[index];
      if (written?.ok !== true) {
        if (written !== undefined) door.failed('subscribe', written);
        started.set(question, { row: 'store-failed', asked: question });
      } else {
        started.set(question, outcomeOf(question, await startCheck(question, id, false, door)));
      }
    }),
  );
  const now = outcomes.map((outcome) =>
    outcome.row === 'checking' ? (started.get(outcome.asked) ?? outcome) : outcome,
  );
  return asked.length === 1 ? now : settled(now, id, door);
}

/**
 * The same for one domain that is to be checked although its answer may be fresh.
 * @returns null when it could not be written down who waits
 */
export async function askAgain(question: Question, to: AnswerTo, door: SlackDoor): Promise<Answered | null> {
  const id = randomUUID();
  // One post says that it is being checked.
  const subscriber = { ...subscriberOf([{ ok: true, question }], to), postsLeft: MOST_POSTS - 1 };
  const added = await door.subscribers.add(question.domain, waitingOf(id, subscriber, door.now()));
  if (added.ok) return startCheck(question, id, true, door);
  door.failed('subscribe', added);
  return null;
}

/** @returns `checking` where nothing is stored */
async function outcomeAtOnce(read: ReadQuestion, { answers }: SlackDoor): Promise<Outcome> {
  if (!read.ok) return { row: 'not-a-domain', mistake: read };
  const { question } = read;
  const known = await answers.stored(question.domain);
  if (known === null) return { row: 'checking', asked: question };
  if (!known.stale) return { row: 'answer', asked: question, answer: known };
  // What is stale is shown as that, while a check renews it.
  const asked = await answers.ask(question, { waitMs: 0, again: false }, NEVER);
  return { row: 'answer', asked: question, answer: 'evidence' in asked ? asked : known };
}

async function startCheck(
  question: Question,
  id: string,
  again: boolean,
  { answers, subscribers, minds }: SlackDoor,
): Promise<Answered> {
  const answered = await answers.ask(question, { waitMs: 0, again }, NEVER);
  if (answered.outcome === 'checking') {
    minds(question.domain);
    return answered;
  }
  const withdrawn = await subscribers.withdraw(question.domain, id);
  return withdrawn.ok && !withdrawn.value ? COMING : answered;
}

function outcomeOf(question: Question, answered: Answered): Outcome {
  if ('evidence' in answered) return { row: 'answer', asked: question, answer: answered };
  if (answered.outcome === 'checking') return { row: 'checking', asked: question };
  return { row: 'busy', asked: question, seconds: answered.retryAfterSeconds };
}

/** Where all checks have ended by now and nobody else has said so, the answers are given here. */
async function settled(
  outcomes: readonly Outcome[],
  id: string,
  door: SlackDoor,
): Promise<readonly Outcome[]> {
  const checking = outcomes.flatMap((outcome) => (outcome.row === 'checking' ? [outcome.asked] : []));
  if (checking.length === 0) return outcomes;
  const waits = await door.subscribers.waitsFor(
    checking.map(({ domain }) => domain),
    id,
  );
  if (!waits.ok || waits.value.length > 0 || !(await endsIt(id, door))) return outcomes;
  return Promise.all(
    outcomes.map(async (outcome) =>
      outcome.row === 'checking' ? outcomeAtOnce({ ok: true, question: outcome.asked }, door) : outcome,
    ),
  );
}
