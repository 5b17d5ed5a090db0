import type { KnownBlock } from '@slack/types';
import { expect, test } from 'vitest';
import { always, composed, fitted, sizeBytes } from '../../functions/presenters/slack-budget.ts';
import type { Part } from '../../functions/presenters/slack-budget.ts';
import { words } from '../../functions/presenters/slack-blocks.ts';

const said = (text: string): KnownBlock => words(text);
const part = (importance: number, ...texts: readonly string[]): Part => ({
  importance,
  forms: texts.map((text) => (text === '' ? [] : [said(text)])),
});
const room = (bytes: number, blocks = 50) => ({ bytes, blocks });

test('what fits stays whole', () => {
  const parts = [part(1, 'long', 'short'), always(said('always'))];
  expect(fitted(parts, room(1000))).toEqual([said('long'), said('always')]);
});

test('the least important part gives way first, and only as far as it must', () => {
  const parts = [part(2, 'AAAA'.repeat(50), 'a'), part(1, 'BBBB'.repeat(50), 'BB', '')];
  const both = sizeBytes([said('AAAA'.repeat(50)), said('BB')]);
  expect(fitted(parts, room(both))).toEqual([said('AAAA'.repeat(50)), said('BB')]);
  expect(fitted(parts, room(both - 1))).toEqual([said('AAAA'.repeat(50))]);
  expect(fitted(parts, room(120))).toEqual([said('a')]);
});

test('characters of several bytes count as what they are', () => {
  const parts = [part(1, '漢'.repeat(100), 'short')];
  expect(fitted(parts, room(sizeBytes([said('漢'.repeat(100))])))).toEqual([said('漢'.repeat(100))]);
  expect(fitted(parts, room(300))).toEqual([said('short')]);
});

test('too many blocks are too much as well', () => {
  const many: Part = { importance: 1, forms: [Array.from({ length: 60 }, () => said('x')), [said('few')]] };
  expect(fitted([many], room(100_000))).toEqual([said('few')]);
});

test('the text for notifications takes its share of the room', () => {
  const parts = [part(1, 'A'.repeat(10_900), 'short')];
  expect(composed('x', parts).blocks).toEqual([said('A'.repeat(10_900))]);
  expect(composed('x'.repeat(600), parts).blocks).toEqual([said('short')]);
});
