import { describe, expect, test } from 'vitest';
import { examineEgress } from '../functions/check-vantage.ts';
import { examinationLook, wordExamination } from '../functions/presenters/doctor-wording.ts';
import type { CanaryEvidence } from '../functions/probe/egress-evidence.ts';
import { canaries } from './assessment/observed.ts';

const codes = (outcomes: readonly CanaryEvidence['outcome'][]): readonly string[] =>
  examineEgress(canaries(...outcomes)).map(({ code }) => code);

describe('of port 25 and what tampers with it, canaries show', () => {
  test.each([
    [
      ['clear', 'clear', 'clear'],
      ['port-25-open', 'nothing-interferes'],
    ],
    [
      ['clear', 'refused', 'refused'],
      ['port-25-open', 'nothing-interferes'],
    ],
    [
      ['clear', 'no-connection', 'clear'],
      ['port-25-doubtful', 'nothing-interferes'],
    ],
    [
      ['tampered', 'tampered', 'no-connection'],
      ['port-25-doubtful', 'interferes'],
    ],
    [
      ['no-connection', 'no-connection', 'not-found'],
      ['port-25-blocked', 'interference-unknown'],
    ],
    [
      ['refused', 'refused', 'refused'],
      ['port-25-open', 'interference-unknown'],
    ],
    [
      ['not-found', 'not-found', 'not-found'],
      ['port-25-unknown', 'interference-unknown'],
    ],
    [
      ['not-tested', 'not-tested', 'not-tested'],
      ['port-25-unknown', 'interference-unknown'],
    ],
    [[], ['no-canaries']],
  ] as const)('%j: %j', (outcomes, found) => {
    expect(codes(outcomes)).toEqual(found);
  });
});

test('what could not be seen has no cross, and says what to do', () => {
  const looks = examineEgress(canaries('not-found')).map((examination) => ({
    ...examinationLook(examination),
    remedy: wordExamination(examination).remedy,
  }));
  expect(looks).toMatchObject([
    { icon: '?', word: 'not known', remedy: expect.stringContaining('DNS') },
    { icon: '?', word: 'not known', remedy: expect.stringContaining('port 25') },
  ]);
});

/** @param forged what became of the name whose signatures are wrong */
const foundOfDnssec = (forged: string): string =>
  wordExamination({
    subject: 'dnssec',
    well: true,
    code: 'dnssec-validated',
    facts: { resolver: 'udp://192.0.2.53', signedName: 'a.example', forgedName: 'b.example', forged },
  }).found;

test('a resolver that gave no answer at all is not said to refuse what is forged', () => {
  const vouches = 'DNSSEC works: udp://192.0.2.53 vouches for a.example';
  expect(foundOfDnssec('bogus')).toBe(`${vouches} and refuses b.example.`);
  expect(foundOfDnssec('timeout')).toBe(`${vouches}.`);
});
