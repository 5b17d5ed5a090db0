import { describe, expect, test } from 'vitest';
import { assessProtection } from '../../functions/assessment/protection.ts';
import type { SenderOutcomeCode } from '../../functions/assessment/senders.ts';
import type { Case, Judged, Server } from './policy-grid.ts';
import { everyCase, judge } from './policy-grid.ts';

const all = [...everyCase()].map((given) => ({ given, judged: judge(given) }));

/** The first cases that break a rule, in a line each; a rule holds when there are none. */
const breaking = (rule: (judged: Judged, given: Case) => boolean): readonly string[] =>
  all
    .filter(({ judged, given }) => !rule(judged, given))
    .slice(0, 3)
    .map(({ judged: { base, protection, senders }, given: { servers, mx, mtaSts } }) => {
      const which = servers.map(({ posture, dane }) => `${posture} with DANE ${dane}`).join(' and ');
      const outcomes = senders
        .map(({ sender, outcome, because }) => `${sender} ${outcome} ${because}`)
        .join(', ');
      const { answer, strippable, delivery } = protection;
      return `${which}, MX ${mx}, MTA-STS ${mtaSts}: ${base} -> ${answer}, ${strippable}, ${delivery}; ${outcomes}`;
    });

const wereAllTested = (servers: readonly Server[]): boolean =>
  servers.every(({ posture }) => posture !== 'refused');
const sender = ({ senders }: Judged, name: string) => senders.find((one) => one.sender === name);

const ANSWER_RANK = ['plaintext', 'partial', 'untested', 'opportunistic', 'enforced'];
const rank = (judged: Judged): number => ANSWER_RANK.indexOf(judged.protection.answer);

/** How much one outcome for a sender promises; two of them promise nothing. */
const PROMISE: Readonly<Record<SenderOutcomeCode, number>> = {
  unknown: 0,
  'plaintext-possible': 0,
  refused: 1,
  encrypted: 2,
  authenticated: 3,
};

describe('over every combination of server, DNS security, DANE state and MTA-STS state', () => {
  test('the grid is whole: 37,926 cases', () => {
    expect(all).toHaveLength(3 * 7 * (42 + 42 * 42));
  });

  test('enforced is never said with a tested server that does not encrypt, nor with an untested one', () => {
    expect(
      breaking(
        ({ protection }, given) =>
          protection.answer !== 'enforced' ||
          given.servers.every(({ posture }) => posture === 'sound' || posture === 'self-signed'),
      ),
    ).toEqual([]);
  });

  test('enforced is said exactly when DANE matches everywhere, or MTA-STS is enforced and passes everywhere', () => {
    expect(
      breaking(({ base, protection }, { servers, mx, mtaSts }) => {
        const dane =
          mx === 'secure' && servers.every((one) => one.dane === 'match' && one.posture !== 'refused');
        const sts = mtaSts === 'enforce' && servers.every(({ posture }) => posture === 'sound');
        return (protection.answer === 'enforced') === (base === 'opportunistic' && (dane || sts));
      }),
    ).toEqual([]);
  });

  test('policies change no answer but opportunistic', () => {
    expect(
      breaking(
        ({ base, protection }) =>
          protection.answer === base || (base === 'opportunistic' && protection.answer === 'enforced'),
      ),
    ).toEqual([]);
  });

  test('encryption can be stripped unless a policy protects, and what protects is valid for all servers', () => {
    expect(
      breaking(({ protection }, { servers, mx, mtaSts }) => {
        const { strippable, protectedBy } = protection;
        const dane =
          mx === 'secure' && servers.every((one) => one.dane === 'match' || one.dane === 'mismatch');
        const sts = mtaSts === 'enforce' || mtaSts === 'names-others';
        return (
          protectedBy.includes('dane') === dane &&
          protectedBy.includes('mta-sts') === sts &&
          (strippable === 'unless-sender-checks') === (dane || sts)
        );
      }),
    ).toEqual([]);
  });

  test('TLSA records that cannot be used oblige to encrypt, and prove nobody (RFC 7672 section 2.2)', () => {
    const bound = ['match', 'mismatch', 'unusable'];
    expect(
      breaking((judged, { servers, mx, mtaSts }) => {
        const { encryptionOnly, strippable, protectedBy } = judged.protection;
        const obliged = mx === 'secure' && servers.every(({ dane }) => bound.includes(dane));
        const unusable = obliged && servers.some(({ dane }) => dane === 'unusable');
        const policy = mtaSts === 'enforce' || mtaSts === 'names-others';
        const checks = sender(judged, 'postfix-dane');
        return (
          encryptionOnly === (unusable && !policy) &&
          // Anyone can pose as the server all the same.
          (!encryptionOnly || (strippable !== 'unless-sender-checks' && protectedBy.length === 0)) &&
          (!obliged || checks?.outcome !== 'plaintext-possible') &&
          (!servers.every(({ dane }) => dane === 'unusable') || checks?.outcome !== 'authenticated')
        );
      }),
    ).toEqual([]);
  });

  test.each(['mtaSts', 'dane'] as const)('a lookup that fails (%s) never improves anything', (what) => {
    const worse = (given: Case): readonly Case[] =>
      what === 'mtaSts'
        ? [{ ...given, mtaSts: 'unavailable' }]
        : given.servers.map((_one, failing) => ({
            ...given,
            servers: given.servers.map((one, index) =>
              index === failing ? { ...one, dane: 'unavailable' } : one,
            ),
          }));
    expect(
      breaking((before, given) =>
        worse(given).every((failing) => {
          const after = judge(failing);
          const lostIsNotFound = before.protection.delivery === 'ok' || after.protection.delivery !== 'ok';
          const promises = after.senders.every(
            ({ outcome }, index) =>
              outcome === 'unknown' ||
              PROMISE[outcome] <= PROMISE[before.senders[index]?.outcome ?? 'unknown'],
          );
          return (
            rank(after) <= rank(before) &&
            after.protection.protectedBy.every((policy) => before.protection.protectedBy.includes(policy)) &&
            !(
              before.protection.strippable === 'yes' && after.protection.strippable === 'unless-sender-checks'
            ) &&
            lostIsNotFound &&
            promises
          );
        }),
      ),
    ).toEqual([]);
  });

  test('a policy that all servers meet never makes anything worse', () => {
    expect(
      breaking((before, given) => {
        const sound = given.servers.every(({ posture }) => posture === 'sound');
        if (!sound || given.mtaSts !== 'none') return true;
        const after = judge({ ...given, mtaSts: 'enforce' });
        return (
          rank(after) >= rank(before) &&
          after.protection.delivery === before.protection.delivery &&
          after.senders.every(
            ({ outcome }, index) => PROMISE[outcome] >= PROMISE[before.senders[index]?.outcome ?? 'unknown'],
          )
        );
      }),
    ).toEqual([]);
    expect(
      breaking((before, given) => {
        const meets = given.servers.every(
          ({ posture, dane }) => (posture === 'sound' || posture === 'self-signed') && dane === 'none',
        );
        if (!meets || given.mx !== 'secure') return true;
        const after = judge({
          ...given,
          servers: given.servers.map((one) => ({ ...one, dane: 'match' as const })),
        });
        const disagree = ['enforce', 'names-others'].includes(given.mtaSts);
        return (
          rank(after) >= rank(before) &&
          after.protection.delivery === before.protection.delivery &&
          (disagree ||
            after.senders.every(
              ({ outcome }, index) =>
                PROMISE[outcome] >= PROMISE[before.senders[index]?.outcome ?? 'unknown'],
            ))
        );
      }),
    ).toEqual([]);
  });

  test('delivery is ok only where no policy makes a sender pass over a server', () => {
    expect(
      breaking(({ protection, senders }) => {
        const refusals = senders.flatMap(({ walk }) =>
          walk.filter(({ outcome, because }) => outcome === 'skipped' && /^(?:dane|mta-sts)-/.test(because)),
        );
        return protection.delivery !== 'ok' || refusals.length === 0;
      }),
    ).toEqual([]);
  });

  test('delivery fails exactly where senders that check one policy find no server that will do', () => {
    expect(
      breaking((judged, { mx }) => {
        const checksMtaSts = sender(judged, 'gmail');
        const checksDane = sender(judged, 'postfix-dane');
        const refused =
          checksMtaSts?.outcome === 'refused' || (mx === 'secure' && checksDane?.outcome === 'refused');
        const onlyVersion = [checksMtaSts, checksDane].some((one) =>
          one?.walk.some(({ because }) => because === 'tls-too-old'),
        );
        return (judged.protection.delivery === 'failing') === refused || onlyVersion;
      }),
    ).toEqual([]);
  });

  test('a sender that knows no policy does the same whatever is published', () => {
    expect(
      breaking((judged, given) => {
        const without = judge({
          servers: given.servers.map((one) => ({ ...one, dane: 'none' as const })),
          mx: given.mx,
          mtaSts: 'none',
        });
        return ['postfix-may', 'exchange-server', 'amazon-ses', 'must-encrypt', 'must-verify'].every(
          (name) => sender(judged, name)?.outcome === sender(without, name)?.outcome,
        );
      }),
    ).toEqual([]);
  });

  test('a sender of whom no document says what it checks is promised no more than both ways have in common', () => {
    expect(
      breaking((judged) => {
        const yahoo = sender(judged, 'yahoo')?.outcome ?? 'unknown';
        const least = sender(judged, 'postfix-may')?.outcome ?? 'unknown';
        // What checks nothing is one of the ways; what checks may refuse, which leaves the outcome open.
        return (
          PROMISE[yahoo] <= PROMISE[least] &&
          (yahoo === least || yahoo === 'unknown' || least === 'unknown' || yahoo === 'plaintext-possible')
        );
      }),
    ).toEqual([]);
  });

  test('a sender that must encrypt never sends in clear', () => {
    expect(
      breaking((judged) =>
        ['must-encrypt', 'must-verify', 'workspace-require-tls'].every(
          (name) => sender(judged, name)?.outcome !== 'plaintext-possible',
        ),
      ),
    ).toEqual([]);
  });

  test('opportunistic TLS alone never authenticates', () => {
    expect(
      breaking((judged) =>
        ['postfix-may', 'yahoo', 'must-encrypt'].every(
          (name) => sender(judged, name)?.outcome !== 'authenticated',
        ),
      ),
    ).toEqual([]);
  });

  test('a DANE failure is not made good by MTA-STS (RFC 8461 section 2)', () => {
    expect(
      breaking(
        (judged, { servers, mx }) =>
          mx !== 'secure' ||
          !servers.every(({ dane }) => dane === 'mismatch') ||
          !wereAllTested(servers) ||
          sender(judged, 'exchange-online')?.outcome === 'refused',
      ),
    ).toEqual([]);
  });

  test('untested, with a policy on every server: enforced is what one may expect, and is labelled so', () => {
    const untested = judge({
      servers: [{ posture: 'refused', dane: 'match' }],
      mx: 'secure',
      mtaSts: 'none',
    });
    expect(untested.protection).toMatchObject({
      answer: 'untested',
      expected: { answer: 'enforced', basis: 'policy' },
      delivery: 'unknown',
    });
    expect(
      judge({ servers: [{ posture: 'refused', dane: 'none' }], mx: 'secure', mtaSts: 'testing' }).protection
        .expected,
    ).toBeNull();
  });
});

test('with the MX records unknown, nothing is known of what protects', () => {
  const question = {
    answer: 'untested',
    hosts: [],
    mtaSts: { status: 'none' },
    tlsReporting: { status: 'none' },
  } as const;
  expect(assessProtection(question)).toMatchObject({
    strippable: 'unknown',
    protectedBy: [],
    delivery: 'unknown',
  });
  expect(assessProtection({ ...question, answer: 'no-mail' })).toMatchObject({
    strippable: 'not-applicable',
  });
});
