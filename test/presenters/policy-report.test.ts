import { describe, expect, test } from 'vitest';
import type { HostDane } from '../../functions/assessment/dane.ts';
import type { MtaStsState } from '../../functions/assessment/mta-sts.ts';
import type { PolicyAssessment } from '../../functions/assessment/policy-assessment.ts';
import { assessSenders } from '../../functions/assessment/senders.ts';
import type { MailExchangers } from '../../functions/dns/mail-exchangers.ts';
import {
  presentPolicy,
  presentSenders,
  presentServerPolicies,
} from '../../functions/presenters/policy-report.ts';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { found } from '../policy/answers.ts';

const MX: MailExchangers = { source: 'mx', exchangers: [], answer: found<'MX'>([]) };
const policies = (mtaSts: MtaStsState): PolicyAssessment => ({
  protection: {
    answer: 'opportunistic',
    strippable: 'yes',
    protectedBy: [],
    delivery: 'ok',
    reported: 'yes',
    encryptionOnly: false,
    expected: null,
  },
  mtaSts,
  tlsReporting: { status: 'valid', rua: ['mailto:tls@vendor.example'] },
  dane: 'partial',
  hosts: [],
  senders: [],
  findings: [],
  advice: [],
});

describe('the policies in a report', () => {
  test('a valid policy is shown whole', () => {
    const state = {
      status: 'valid',
      id: '7',
      mode: 'enforce',
      maxAgeSeconds: 604_800,
      mx: ['*.vendor.example'],
      warnings: [],
    } as const;
    expect(reportSchema.shape.policy.parse(presentPolicy(MX, policies(state)))).toEqual({
      mx: { source: 'mx', securityStatus: 'secure' },
      mtaSts: {
        status: 'valid',
        mode: 'enforce',
        id: '7',
        maxAgeSeconds: 604_800,
        mx: ['*.vendor.example'],
        failure: null,
      },
      dane: { status: 'partial' },
      tlsReporting: { status: 'valid', rua: ['mailto:tls@vendor.example'] },
    });
  });

  test.each<[MtaStsState, string, string | null]>([
    [{ status: 'none' }, 'none', null],
    [
      {
        status: 'invalid',
        id: '7',
        resultType: 'sts-webpki-invalid',
        because: 'certificate-expired',
        line: null,
        part: '',
      },
      'invalid',
      'sts-webpki-invalid',
    ],
    [
      { status: 'unavailable', id: null, resultType: null, because: 'record-unavailable', part: '' },
      'unavailable',
      'record-unavailable',
    ],
  ])('%j has its status and its failure', (state, status, failure) => {
    expect(presentPolicy(MX, policies(state)).mtaSts).toMatchObject({ status, failure, mode: null, mx: [] });
  });

  test('TLSA records are shown with whether they can be used', () => {
    const record = {
      usage: 1,
      selector: 1,
      matchingType: 1,
      data: 'ab',
      fault: 'usage-not-for-smtp',
      counts: false,
    } as const;
    const dane: HostDane = {
      host: 'mx.vendor.example',
      status: 'unusable',
      baseDomain: 'mx.vendor.example',
      records: [record],
      addresses: [],
      published: 'secure',
    };
    expect(presentServerPolicies({ host: 'mx.vendor.example', dane, mtaSts: 'pass' })).toEqual({
      dane: {
        status: 'unusable',
        baseDomain: 'mx.vendor.example',
        records: [{ usage: 1, selector: 1, matchingType: 1, data: 'ab', usable: false }],
      },
      mtaSts: 'pass',
    });
  });
});

test('ours is the sender of the setting, or nobody', () => {
  const senders = assessSenders([], { status: 'none' });
  expect(presentSenders(senders, 'gmail').ours).toEqual({
    sender: 'gmail',
    outcome: 'unknown',
    because: 'there is no mail server',
  });
  expect(presentSenders(senders, '').ours).toBeNull();
  expect(reportSchema.shape.senders.parse(presentSenders(senders, '').senders)).toHaveLength(10);
});
