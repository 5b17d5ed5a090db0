import { expect, test } from 'vitest';
import { importsAgainstTheArrow } from './rooms.ts';

const violations = (from: string, to: string): readonly string[] => {
  const up = '../'.repeat(from.split('/').length - 1);
  return importsAgainstTheArrow(new Map([[from, `import type { A } from '${up}${to}';`]]));
};

test.each([
  ['functions/dns/answer.ts', 'functions/probe/prober.ts'],
  ['functions/question/domain.ts', 'functions/dns/answer.ts'],
  ['functions/assessment/verdict.ts', 'functions/presenters/wording.ts'],
  ['functions/policy/dane/tlsa.ts', 'functions/assessment/verdict.ts'],
  ['functions/assessment/verdict.ts', 'functions/check-domain.ts'],
  ['functions/store/evidence.ts', 'functions/check-domain.ts'],
  ['functions/check-domain.ts', 'functions/presenters/wording.ts'],
  ['functions/environment.ts', 'functions/question/domain.ts'],
  ['functions/presenters/wording.ts', 'functions/check.handler.ts'],
  ['functions/http/routes.ts', 'functions/local/console.ts'],
])('%s must not import %s, which is to its right', (from, to) => {
  expect(violations(from, to)).toEqual([`${from} must not import ${to}`]);
});

test.each([
  ['functions/probe/session.ts', 'functions/received/hop.ts'],
  ['functions/received/hop.ts', 'functions/probe/session.ts'],
  ['functions/http/routes.ts', 'functions/slack/listeners.ts'],
  ['functions/check-domain.ts', 'functions/check-headers.ts'],
])('%s must not import %s, which stands beside it', (from, to) => {
  expect(violations(from, to)).toEqual([`${from} must not import ${to}`]);
});

test.each([
  ['functions/probe/session.ts', 'test/lab/lab.ts'],
  ['functions/check.handler.ts', 'infra/stack.ts'],
  ['infra/stack.ts', 'functions/check-domain.ts'],
  ['infra/stack.ts', 'test/lab/lab.ts'],
])('%s must not import %s, which is outside its part', (from, to) => {
  expect(violations(from, to)).toEqual([`${from} must not import ${to}`]);
});

test.each([
  ['functions/assessment/verdict.ts', 'functions/probe/probe-evidence.ts'],
  ['functions/dns/https.ts', 'functions/dns/answer.ts'],
  ['functions/check-domain.ts', 'functions/store/evidence.ts'],
  ['functions/presenters/report.ts', 'functions/check-domain.ts'],
  ['functions/check.handler.ts', 'functions/presenters/report.ts'],
  ['functions/question/domain.ts', 'functions/environment.ts'],
  ['functions/check-tools.ts', 'package.json'],
  ['infra/stack.ts', 'functions/environment.ts'],
  ['infra/stack.ts', 'infra/evidence-table.ts'],
  ['test/lab/lab.ts', 'functions/dns/answer.ts'],
])('%s may import %s', (from, to) => {
  expect(violations(from, to)).toEqual([]);
});

test('a file in no room of the house is a stranger', () => {
  expect(importsAgainstTheArrow(new Map([['functions/tools/x.ts', '']]))).toEqual([
    'functions/tools/x.ts is in no room of the house',
  ]);
});

test('an import of something computed could go anywhere', () => {
  expect(
    importsAgainstTheArrow(
      new Map([['functions/dns/x.ts', 'export const y = async (z: string) => import(z);']]),
    ),
  ).toEqual(['functions/dns/x.ts imports something computed']);
});
