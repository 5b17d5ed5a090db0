import { describe, expect, test } from 'vitest';
import { assessMtaSts } from '../../functions/assessment/mta-sts.ts';
import type { ChangeableEvidence } from '../../functions/assessment/what-if.ts';
import { applyWhatIf, parseWhatIf } from '../../functions/assessment/what-if.ts';
import type { HostEvidence } from '../../functions/assessment/domain-evidence.ts';
import { publishedTlsa } from '../../functions/policy/dane/tlsa-base-domain.ts';
import { readTlsReporting } from '../../functions/policy/tls-reporting.ts';
import { absent, failed, found } from '../policy/answers.ts';

const HOSTS = ['mx1.vendor.example', 'mx2.vendor.example'];
const exchangers = HOSTS.map((host, index) => ({ host, preference: index * 10, fault: null }));
const hosts = exchangers.map((exchanger): HostEvidence => ({
  exchanger,
  addresses: null,
  probes: [],
  secondLook: [],
}));
const RECORD = { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) };
const EVIDENCE: ChangeableEvidence = {
  domain: 'vendor.example',
  observedAt: '2026-11-22T00:00:00.000Z',
  mx: { source: 'mx', exchangers, answer: found<'MX'>([]) },
  hosts,
  policy: {
    mtaSts: { record: absent(), fetch: null },
    tlsReporting: failed('servfail'),
    tlsa: HOSTS.map((host) => ({
      host,
      notAsked: null,
      initialAlias: null,
      lookUps: [{ baseDomain: host, answer: found<'TLSA'>([RECORD]) }],
    })),
  },
};

function changed(...texts: string[]): ChangeableEvidence {
  const changes = texts.map((text) => parseWhatIf(text)).filter((change) => change !== null);
  const result = applyWhatIf(EVIDENCE, changes);
  if (!result.ok) throw new Error(result.because);
  return result.evidence;
}

test('mta-sts=enforce names the servers of today', () => {
  expect(assessMtaSts(changed('mta-sts=enforce').policy.mtaSts)).toMatchObject({
    status: 'valid',
    mode: 'enforce',
    mx: HOSTS,
  });
});

test('a policy that is there keeps its names when only the mode changes', () => {
  const testing = changed('mta-sts=testing', 'drop-server=mx2.vendor.example');
  const result = applyWhatIf(testing, [{ change: 'mta-sts', mode: 'enforce' }]);
  expect(result.ok && assessMtaSts(result.evidence.policy.mtaSts)).toMatchObject({
    mode: 'enforce',
    mx: HOSTS,
  });
});

test('dane=none takes the TLSA records away, tls-rpt=on adds a report address', () => {
  expect(changed('dane=none').policy.tlsa.map((tlsa) => publishedTlsa(tlsa))).toEqual([
    { status: 'none' },
    { status: 'none' },
  ]);
  expect(readTlsReporting(changed('tls-rpt=on').policy.tlsReporting)).toMatchObject({ status: 'valid' });
  expect(readTlsReporting(changed('tls-rpt=off').policy.tlsReporting)).toEqual({ status: 'none' });
});

test('a dropped server is gone from everything, the original evidence stays as it was', () => {
  const without = changed('drop-server=MX1.vendor.example.');
  expect(without.hosts.map(({ exchanger }) => exchanger.host)).toEqual(['mx2.vendor.example']);
  expect(without.mx.exchangers).toHaveLength(1);
  expect(without.policy.tlsa).toHaveLength(1);
  expect(EVIDENCE.hosts).toHaveLength(2);
});

test('a server that is not there, and the last one, cannot be dropped', () => {
  expect(applyWhatIf(EVIDENCE, [{ change: 'drop-server', host: 'mx9.vendor.example' }])).toEqual({
    ok: false,
    because: 'no-such-server',
    host: 'mx9.vendor.example',
  });
  const both = HOSTS.map((host) => ({ change: 'drop-server', host }) as const);
  expect(applyWhatIf(EVIDENCE, both)).toMatchObject({ ok: false, because: 'last-server' });
});

test('of a domain whose servers are not known nothing can be supposed', () => {
  const unknown = {
    ...EVIDENCE,
    hosts: [],
    mx: { ...EVIDENCE.mx, source: 'unavailable' as const, exchangers: [] },
  };
  expect(applyWhatIf(unknown, [{ change: 'mta-sts', mode: 'enforce' }])).toEqual({
    ok: false,
    because: 'no-servers',
  });
});

describe('what a change may look like', () => {
  test.each(['mta-sts=enforce', 'MTA-STS=none', 'dane=none', 'tls-rpt=on', 'drop-server=mx.example'])(
    '%s',
    (text) => {
      expect(parseWhatIf(text)).not.toBeNull();
    },
  );
  test.each([
    'mta-sts',
    'mta-sts=',
    'mta-sts=maybe',
    'dane=match',
    'tls-rpt=yes',
    'drop-server=',
    'drop=mx',
    '',
    'a=b=c d',
  ])('not %j', (text) => {
    expect(parseWhatIf(text)).toBeNull();
  });
});
