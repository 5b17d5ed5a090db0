import { describe, expect, test } from 'vitest';
import { ANSWER_LOOKS, verdictLook } from '../../functions/presenters/answer-look.ts';
import { reportSchema } from '../../functions/presenters/report-schema.ts';

const { answer: answers, delivery: deliveries } = reportSchema.shape.verdict.shape;
const every = answers.options.flatMap((answer) =>
  deliveries.options.map((delivery) => ({ answer, delivery, look: verdictLook({ answer, delivery }) })),
);
const losing = every.filter(({ delivery }) => delivery === 'failing' || delivery === 'degraded');

describe('a verdict', () => {
  test('where mail is lost never looks calm, and says the loss before the answer', () => {
    for (const { answer, delivery, look } of losing) {
      expect(look.icon).not.toBe('✔');
      expect(look.tone).toBe(
        delivery === 'failing' ? 'bad' : ANSWER_LOOKS[answer].tone === 'bad' ? 'bad' : 'fair',
      );
      expect(look.word).toMatch(
        delivery === 'failing' ? /^mail gets lost; / : /^some mail may be delayed or lost; /,
      );
      expect(look.word.endsWith(ANSWER_LOOKS[answer].word)).toBe(true);
    }
    expect(losing).toHaveLength(14);
  });

  test('where none is lost looks as its answer does', () => {
    const arriving = every.filter(({ delivery }) => delivery === 'ok' || delivery === 'unknown');
    expect(arriving.map(({ look }) => look)).toEqual(arriving.map(({ answer }) => ANSWER_LOOKS[answer]));
  });
});
