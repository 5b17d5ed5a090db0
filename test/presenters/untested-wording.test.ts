import { expect, test } from 'vitest';
import { alikeTexts } from '../../functions/presenters/untested-wording.ts';

test('what differs in nothing but the server is said once, with the others it holds for', () => {
  const texts = ['mx1.a.example is slow.', 'mx2.a.example is slow.', 'mx2.a.example is old.', 'All is said.'];
  expect(alikeTexts(texts, ['mx1.a.example', 'mx2.a.example'])).toEqual([
    { text: 'mx1.a.example is slow.', others: ['mx2.a.example'] },
    { text: 'mx2.a.example is old.', others: [] },
    { text: 'All is said.', others: [] },
  ]);
});

test('a server whose name ends in that of another is not taken for it', () => {
  const texts = ['b.mx.example is slow.', 'mx.example is slow.'];
  expect(alikeTexts(texts, ['mx.example', 'b.mx.example'])).toEqual([
    { text: 'b.mx.example is slow.', others: ['mx.example'] },
  ]);
});
