import { describe, expect, test } from 'vitest';
import { SENDERS } from '../../functions/environment.ts';
import type { MtaStsState } from '../../functions/assessment/mta-sts.ts';
import type { SenderAddress, SenderHost } from '../../functions/assessment/sender-host.ts';
import { assessSenders } from '../../functions/assessment/senders.ts';
import { SENDERS_TABLE } from '../../functions/assessment/senders-table.ts';

const SOUND: SenderAddress = {
  outcome: 'encrypted',
  version: 'TLSv1.3',
  certificateFaults: [],
  dane: 'none',
};
const SELF_SIGNED: SenderAddress = { ...SOUND, certificateFaults: ['self-signed'] };
const WRONG_NAME: SenderAddress = { ...SOUND, certificateFaults: ['certificate-host-mismatch'] };
const OLD: SenderAddress = { ...SOUND, version: 'TLSv1' };
const CLEAR: SenderAddress = { outcome: 'not-offered', version: null, certificateFaults: null, dane: 'none' };
const UNTESTED: SenderAddress = { ...CLEAR, outcome: 'unreachable', dane: 'not-tested' };

const host = (
  preference: number,
  addresses: readonly SenderAddress[],
  more: Partial<SenderHost> = {},
): SenderHost => ({
  host: `mx${preference}.vendor.example`,
  preference,
  leadsNowhere: false,
  outOfReach: false,
  addresses,
  dane: { status: 'none', published: 'none' },
  ...more,
});
const pinned = (
  preference: number,
  address: SenderAddress,
  dane: 'match' | 'mismatch' | 'unusable',
): SenderHost => host(preference, [{ ...address, dane }], { dane: { status: dane, published: 'secure' } });
const lookedUp = (status: 'bogus' | 'unavailable'): SenderHost =>
  host(10, [{ ...SOUND, dane: status }], { dane: { status, published: status } });
const underUnsignedMx = (dane: 'match' | 'mismatch'): SenderHost =>
  host(10, [{ ...SOUND, dane }], { dane: { status: 'insecure', published: 'secure' } });
const NO_POLICY: MtaStsState = { status: 'none' };
const enforce = (...mx: string[]) =>
  ({
    status: 'valid',
    id: '1',
    mode: 'enforce',
    maxAgeSeconds: 604_800,
    mx,
    warnings: [],
  }) as const satisfies MtaStsState;

function outcomes(
  hosts: readonly SenderHost[],
  mtaSts: MtaStsState = NO_POLICY,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    assessSenders(hosts, mtaSts).map(({ sender, outcome, because, host: at }) => [
      sender,
      `${outcome} (${because}${at === null ? '' : ` at ${at.replace('.vendor.example', '')}`})`,
    ]),
  );
}

test('there is a row for every sender, with a source and a date', () => {
  expect(SENDERS_TABLE.map(({ sender }) => sender)).toEqual([...SENDERS]);
  for (const { source, readOn } of SENDERS_TABLE) {
    expect(source).toMatch(/^https:\/\//);
    expect(readOn).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
});

describe('one server and no policy', () => {
  test('a sound server: encrypted for all, authenticated for who verifies', () => {
    expect(outcomes([host(10, [SOUND])])).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx10)',
      'exchange-online': 'encrypted (opportunistic-tls at mx10)',
      'postfix-dane': 'encrypted (opportunistic-tls at mx10)',
      'must-encrypt': 'encrypted (mandatory-tls at mx10)',
      'must-verify': 'authenticated (certificate-valid at mx10)',
      'workspace-require-tls': 'encrypted (certificate-trusted at mx10)',
    });
  });

  test('a self-signed certificate matters to who verifies only', () => {
    expect(outcomes([host(10, [SELF_SIGNED])])).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx10)',
      'must-encrypt': 'encrypted (mandatory-tls at mx10)',
      'must-verify': 'refused (certificate-invalid at mx10)',
      'workspace-require-tls': 'refused (certificate-invalid at mx10)',
    });
  });

  test('a certificate for another name passes where only the authority is asked about', () => {
    expect(outcomes([host(10, [WRONG_NAME])])).toMatchObject({
      'must-verify': 'refused (certificate-invalid at mx10)',
      'workspace-require-tls': 'encrypted (certificate-trusted at mx10)',
    });
  });

  test('no STARTTLS: in clear, or not at all', () => {
    expect(outcomes([host(10, [CLEAR])])).toMatchObject({
      gmail: 'plaintext-possible (starttls-not-offered at mx10)',
      'amazon-ses': 'plaintext-possible (starttls-not-offered at mx10)',
      'must-encrypt': 'refused (starttls-not-offered at mx10)',
    });
  });

  test('TLS 1.0 alone depends on what the sender still speaks', () => {
    expect(outcomes([host(10, [OLD])])).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx10)',
      'exchange-online': 'plaintext-possible (tls-too-old at mx10)',
      'must-encrypt': 'refused (tls-too-old at mx10)',
    });
  });

  test('a server that could not be tested leaves it open', () => {
    expect(outcomes([host(10, [UNTESTED])])).toMatchObject({
      gmail: 'unknown (not-tested at mx10)',
      'must-encrypt': 'unknown (not-tested at mx10)',
    });
  });

  test('an untested address does not hide what a tested one of the same host showed', () => {
    expect(outcomes([host(10, [UNTESTED, SOUND])])).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test('no host at all is unknown', () => {
    expect(outcomes([])).toMatchObject({ gmail: 'unknown (no-host)' });
  });
});

describe('the walk over several servers, by preference', () => {
  test('a backup in clear is where mail may go on a bad day', () => {
    expect(outcomes([host(10, [SOUND]), host(20, [CLEAR])])).toMatchObject({
      gmail: 'plaintext-possible (starttls-not-offered at mx20)',
      'must-encrypt': 'encrypted (mandatory-tls at mx10)',
      'must-verify': 'authenticated (certificate-valid at mx10)',
    });
  });

  test('an untested backup leaves what the first server does standing, an untested first server does not', () => {
    expect(outcomes([host(10, [SOUND]), host(20, [UNTESTED])])).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx10)',
    });
    expect(outcomes([host(10, [UNTESTED]), host(20, [SOUND])])).toMatchObject({
      gmail: 'unknown (not-tested at mx10)',
    });
  });

  test('the order is that of preference, not of the list', () => {
    const judged = assessSenders([host(20, [SOUND]), host(10, [SOUND])], NO_POLICY);
    expect(judged[0]?.walk.map(({ preference }) => preference)).toEqual([10, 20]);
  });

  test('a host that leads nowhere is passed over', () => {
    expect(outcomes([host(10, [], { leadsNowhere: true }), host(20, [SOUND])])).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx20)',
    });
    expect(outcomes([host(10, [], { leadsNowhere: true })])).toMatchObject({
      gmail: 'refused (leads-nowhere at mx10)',
    });
  });
});

describe('under MTA-STS', () => {
  const policy = enforce('*.vendor.example');
  test('who honours it authenticates, the others go on as before', () => {
    expect(outcomes([host(10, [SOUND])], policy)).toMatchObject({
      gmail: 'authenticated (mta-sts-pass at mx10)',
      'exchange-online': 'authenticated (mta-sts-pass at mx10)',
      'postfix-dane': 'encrypted (opportunistic-tls at mx10)',
      yahoo: 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test('a host that the policy does not name is passed over', () => {
    expect(outcomes([host(10, [SOUND]), host(20, [SOUND])], enforce('mx20.vendor.example'))).toMatchObject({
      gmail: 'authenticated (mta-sts-pass at mx20)',
      'amazon-ses': 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test.each([
    [SELF_SIGNED, 'mta-sts-certificate-invalid'],
    [CLEAR, 'mta-sts-no-starttls'],
  ])('the only host fails it: mail is refused (%#)', (address, because) => {
    expect(outcomes([host(10, [address])], policy)).toMatchObject({ gmail: `refused (${because} at mx10)` });
  });

  test('a backup in clear is passed over, so the mail stays authenticated', () => {
    expect(outcomes([host(10, [SOUND]), host(20, [CLEAR])], policy)).toMatchObject({
      gmail: 'authenticated (mta-sts-pass at mx10)',
      'postfix-may': 'plaintext-possible (starttls-not-offered at mx20)',
    });
  });

  test('a host that could not be tested is delivered to authenticated or not at all', () => {
    expect(outcomes([host(10, [UNTESTED]), host(20, [SOUND])], policy)).toMatchObject({
      gmail: 'authenticated (mta-sts-pass at mx20)',
    });
  });

  test('in mode testing nothing changes', () => {
    const testing: MtaStsState = { ...enforce('other.example'), mode: 'testing' };
    expect(outcomes([host(10, [SELF_SIGNED])], testing)).toMatchObject({
      gmail: 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test('a policy that could not be fetched leaves open what its senders do, except in clear', () => {
    const unavailable: MtaStsState = {
      status: 'unavailable',
      id: '1',
      resultType: 'sts-policy-fetch-error',
      because: 'timeout',
      part: '',
    };
    expect(outcomes([host(10, [SOUND])], unavailable)).toMatchObject({
      gmail: 'unknown (mta-sts-unavailable at mx10)',
      'postfix-may': 'encrypted (opportunistic-tls at mx10)',
    });
    expect(outcomes([host(10, [CLEAR])], unavailable)).toMatchObject({
      gmail: 'plaintext-possible (starttls-not-offered at mx10)',
    });
  });
});

describe('under DANE', () => {
  test('who checks it authenticates, whatever the certificate', () => {
    expect(outcomes([pinned(10, SELF_SIGNED, 'match')])).toMatchObject({
      'postfix-dane': 'authenticated (dane-match at mx10)',
      'exchange-online': 'authenticated (dane-match at mx10)',
      gmail: 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test('a host that fails is left alone and the next one tried', () => {
    expect(outcomes([pinned(10, SOUND, 'mismatch'), pinned(20, SOUND, 'match')])).toMatchObject({
      'postfix-dane': 'authenticated (dane-match at mx20)',
    });
    expect(outcomes([pinned(10, SOUND, 'mismatch')])).toMatchObject({
      'postfix-dane': 'refused (dane-mismatch at mx10)',
      gmail: 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test('one host without records is all an attacker needs', () => {
    expect(outcomes([pinned(10, SOUND, 'match'), host(20, [SOUND])])).toMatchObject({
      'postfix-dane': 'encrypted (opportunistic-tls at mx20)',
    });
  });

  test('unusable records require encryption and authenticate nobody', () => {
    expect(outcomes([pinned(10, SELF_SIGNED, 'unusable')])).toMatchObject({
      'postfix-dane': 'encrypted (dane-unusable at mx10)',
    });
    expect(outcomes([pinned(10, CLEAR, 'unusable')])).toMatchObject({
      'postfix-dane': 'refused (starttls-not-offered at mx10)',
    });
  });

  test('bogus records defer, failed lookups leave it open: neither is no DANE', () => {
    expect(outcomes([lookedUp('bogus')])).toMatchObject({ 'postfix-dane': 'refused (dane-bogus at mx10)' });
    expect(outcomes([lookedUp('unavailable')])).toMatchObject({
      'postfix-dane': 'unknown (dane-unavailable at mx10)',
    });
  });

  test('under unsigned MX records Postfix holds the host to its records, Exchange Online does not', () => {
    expect(outcomes([underUnsignedMx('match')])).toMatchObject({
      'postfix-dane': 'encrypted (dane-insecure-mx at mx10)',
      'exchange-online': 'encrypted (opportunistic-tls at mx10)',
    });
    expect(outcomes([underUnsignedMx('mismatch')])).toMatchObject({
      'postfix-dane': 'refused (dane-mismatch at mx10)',
      'exchange-online': 'encrypted (opportunistic-tls at mx10)',
    });
  });

  test('MTA-STS does not make a DANE failure good, and where only MTA-STS fails we do not know', () => {
    expect(outcomes([pinned(10, SOUND, 'mismatch')], enforce('*.vendor.example'))).toMatchObject({
      'exchange-online': 'refused (dane-mismatch at mx10)',
    });
    expect(outcomes([pinned(10, SELF_SIGNED, 'match')], enforce('*.vendor.example'))).toMatchObject({
      'exchange-online': 'unknown (policies-disagree at mx10)',
      'postfix-dane': 'authenticated (dane-match at mx10)',
      gmail: 'refused (mta-sts-certificate-invalid at mx10)',
    });
  });
});

const yahoo = (hosts: readonly SenderHost[], mtaSts: MtaStsState = NO_POLICY) =>
  outcomes(hosts, mtaSts)['yahoo'];

describe('a sender of whom no document says what it checks', () => {
  test('does the one thing it can do where no policy speaks', () => {
    expect(yahoo([host(10, [SOUND])])).toBe('encrypted (opportunistic-tls at mx10)');
  });

  test('is not said to authenticate, nor to refuse, where only one that checks would', () => {
    expect(yahoo([host(10, [SOUND])], enforce('*.vendor.example'))).toBe(
      'encrypted (opportunistic-tls at mx10)',
    );
    expect(yahoo([host(10, [SELF_SIGNED])], enforce('*.vendor.example'))).toBe('unknown (behaviour-unknown)');
    expect(
      yahoo([
        host(10, [{ ...SOUND, dane: 'mismatch' }], { dane: { status: 'mismatch', published: 'secure' } }),
      ]),
    ).toBe('unknown (behaviour-unknown)');
  });

  test('may send in clear to a server in clear, or to one whose TLS it may find too old', () => {
    expect(yahoo([host(10, [CLEAR])])).toMatch(/^plaintext-possible/);
    expect(yahoo([host(10, [OLD])])).toBe('plaintext-possible (tls-too-old at mx10)');
  });
});
