import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseMtaStsPolicy } from '../../functions/policy/mta-sts/policy.ts';
import { parseMtaStsRecord } from '../../functions/policy/mta-sts/record.ts';
import { parseTlsReportingRecord } from '../../functions/policy/tls-reporting.ts';
import { presentRecords } from '../../functions/presenters/records-text.ts';
import type { RecordStep, RecordsHost, RecordsQuestion } from '../../functions/presenters/record-step.ts';
import { recordSteps, waitsForALook } from '../../functions/presenters/records.ts';
import { make } from '../policy/dane/chain.ts';

const server = make({ name: 'mx1.vendor.example', names: ['mx1.vendor.example'] });
const second = make({ name: 'mx1.vendor.example', names: ['mx1.vendor.example'] });
const base64 = ({ der }: { readonly der: Buffer }): string => der.toString('base64');
const pin = ({ publicKeyInfo }: { readonly publicKeyInfo: Buffer }): string =>
  `3 1 1 ${createHash('sha256').update(publicKeyInfo).digest('hex')}`;

const host = (more: Partial<RecordsHost> = {}): RecordsHost => ({
  host: 'mx1.vendor.example',
  dane: { status: 'none', published: 'none', baseDomain: null, records: [] },
  mtaSts: 'none',
  certificates: [base64(server)],
  certificateFit: true,
  signed: true,
  tested: true,
  encrypts: true,
  ...more,
});
const question = (more: Partial<RecordsQuestion> = {}): RecordsQuestion => ({
  domain: 'vendor.example',
  mxSigned: true,
  hosts: [host()],
  mtaSts: { status: 'none' },
  tlsReporting: { status: 'none' },
  now: new Date('2026-11-22T01:02:03.456Z'),
  ...more,
});
const VALID = {
  status: 'valid',
  id: '1',
  mode: 'enforce',
  maxAgeSeconds: 604_800,
  mx: ['*.vendor.example'],
  warnings: [],
} as const;
const PINNED = { usage: 3, selector: 1, matchingType: 1, data: '', fault: null, counts: true };
const PASSING = { mtaSts: 'pass' } as const;
const MATCHING = {
  dane: { status: 'match', published: 'secure', baseDomain: 'mx1.vendor.example', records: [PINNED] },
} as const;

const stepsFor = (asked: RecordsQuestion): readonly RecordStep[] => recordSteps(asked).steps;

/** A short form of the steps, for reading. */
const short = (steps: readonly RecordStep[]): readonly string[] =>
  steps.map((step) => {
    if (step.step === 'publish-record') return `${step.type} ${step.name} ${step.because}`;
    if (step.step === 'publish-file') return `file ${/mode: (\w+)/.exec(step.body)?.[1]} ${step.because}`;
    if (step.step === 'first') return `first ${step.what} ${step.subject}`;
    return step.step === 'wait' ? `wait ${step.until}` : `nothing ${step.about}`;
  });

describe('what to publish, in the order in which it is safe', () => {
  test('nothing is there: reporting, MTA-STS in testing, then enforce, and a TLSA record for the live key', () => {
    expect(short(stepsFor(question()))).toEqual([
      'TXT _smtp._tls.vendor.example. hear-of-failures',
      'file testing policy-missing',
      'TXT _mta-sts.vendor.example. policy-missing',
      'wait reports-clean',
      'file enforce policy-missing',
      'TXT _mta-sts.vendor.example. policy-missing',
      'TLSA _25._tcp.mx1.vendor.example. tlsa-missing',
      'wait ttl-passed',
    ]);
  });

  test('what is printed is valid by our own parsers, and its ids differ', () => {
    const steps = stepsFor(question());
    const bodies = steps.flatMap((step) => (step.step === 'publish-file' ? [step.body] : []));
    expect(bodies.map((body) => parseMtaStsPolicy(body))).toMatchObject([
      { status: 'valid', policy: { mode: 'testing', mx: ['mx1.vendor.example'] } },
      { status: 'valid', policy: { mode: 'enforce', mx: ['mx1.vendor.example'] } },
    ]);
    const texts = (name: string): readonly string[] =>
      steps.flatMap((step) =>
        step.step === 'publish-record' && step.name === name ? [step.data.replaceAll('"', '')] : [],
      );
    expect(texts('_smtp._tls.vendor.example.').map((text) => parseTlsReportingRecord([text]))).toMatchObject([
      { status: 'valid' },
    ]);
    expect(texts('_mta-sts.vendor.example.').map((text) => parseMtaStsRecord([text]))).toEqual([
      { status: 'valid', id: '202611220102031' },
      { status: 'valid', id: '202611220102032' },
    ]);
  });

  test('all is well: nothing to do', () => {
    const well = host({ ...PASSING, ...MATCHING });
    const { steps, suggested } = recordSteps(
      question({ hosts: [well], mtaSts: VALID, tlsReporting: { status: 'valid', rua: [] } }),
    );
    expect(suggested).toBeNull();
    expect(short(steps)).toEqual(['nothing tls-reporting', 'nothing mta-sts', 'nothing dane']);
  });

  test('MTA-STS is enforced and every server meets it: DANE is a suggestion', () => {
    const { steps, suggested } = recordSteps(
      question({ mxSigned: false, hosts: [host({ ...PASSING, signed: false })], mtaSts: VALID }),
    );
    expect(short(steps)).toEqual(['TXT _smtp._tls.vendor.example. hear-of-failures', 'nothing mta-sts']);
    expect(suggested?.about).toBe('dane');
    expect(short(suggested?.steps ?? [])).toEqual([
      'first sign-zone-of-domain vendor.example',
      'first sign-zone-of-host mx1.vendor.example',
      'TLSA _25._tcp.mx1.vendor.example. tlsa-missing',
      'wait ttl-passed',
    ]);
  });

  test.each([
    ['there is no policy', { status: 'none' }, true],
    ['the policy is in testing', { ...VALID, mode: 'testing' }, true],
    ['the policy is switched off', { ...VALID, mode: 'none' }, true],
    ['the policy is enforced', VALID, false],
  ] as const)(
    'DANE holds, %s, and a certificate that MTA-STS would refuse: it is a suggestion, unless it is enforced',
    (_, mtaSts, isSuggestion) => {
      const { steps, suggested } = recordSteps(
        question({ hosts: [host({ ...MATCHING, certificateFit: false })], mtaSts }),
      );
      expect(suggested?.about).toBe(isSuggestion ? 'mta-sts' : undefined);
      const unfit = 'first fit-certificate mx1.vendor.example';
      expect(short(suggested?.steps ?? []).includes(unfit)).toBe(isSuggestion);
      expect(short(steps).includes(unfit)).toBe(!isSuggestion);
    },
  );

  test.each(['mismatch', 'unusable', 'bogus', 'unavailable'] as const)(
    'TLSA records that are %s are no suggestion, whatever else holds',
    (status) => {
      const published = status === 'bogus' || status === 'unavailable' ? status : 'secure';
      const wrong = host({ ...PASSING, dane: { status, published, baseDomain: null, records: [PINNED] } });
      const { steps, suggested } = recordSteps(question({ hosts: [wrong], mtaSts: VALID }));
      expect(suggested).toBeNull();
      expect(short(steps).filter((step) => step.includes('_25._tcp'))).toHaveLength(1);
    },
  );

  test('a policy that names other servers loses mail, so it is no suggestion beside DANE', () => {
    const { suggested } = recordSteps(
      question({ hosts: [host({ ...MATCHING, mtaSts: 'no-match' })], mtaSts: VALID }),
    );
    expect(suggested).toBeNull();
  });

  test('two keys, as with an RSA and an ECDSA certificate: a record for each, once', () => {
    const steps = stepsFor(
      question({ hosts: [host({ certificates: [base64(server), base64(second), base64(server)] })] }),
    );
    const data = steps.flatMap((step) =>
      step.step === 'publish-record' && step.type === 'TLSA' ? [step.data] : [],
    );
    expect(data).toEqual([pin(server), pin(second)]);
  });

  test('a stale record, which loses mail, is replaced first and at its own base domain', () => {
    const stale = host({
      dane: { status: 'mismatch', published: 'secure', baseDomain: 'mx.provider.example', records: [] },
    });
    expect(short(stepsFor(question({ hosts: [stale] })))[0]).toBe(
      'TLSA _25._tcp.mx.provider.example. tlsa-stale',
    );
  });

  test('a certificate that MTA-STS would refuse comes first', () => {
    expect(short(stepsFor(question({ hosts: [host({ certificateFit: false })] })))[1]).toBe(
      'first fit-certificate mx1.vendor.example',
    );
  });

  test('a policy in testing that every host meets needs only to be enforced', () => {
    const steps = short(
      stepsFor(question({ hosts: [host(PASSING)], mtaSts: { ...VALID, mode: 'testing' } })),
    );
    expect(steps.filter((step) => step.startsWith('file'))).toEqual(['file enforce policy-not-enforced']);
  });

  test('zones that are not signed have to be, before TLSA records mean anything', () => {
    expect(
      short(stepsFor(question({ mxSigned: false, hosts: [host({ signed: false })] }))).slice(-4),
    ).toEqual([
      'first sign-zone-of-domain vendor.example',
      'first sign-zone-of-host mx1.vendor.example',
      'TLSA _25._tcp.mx1.vendor.example. tlsa-missing',
      'wait ttl-passed',
    ]);
  });

  test('records that only wait for signed MX records ask for those', () => {
    const waiting = host({
      dane: { status: 'insecure', published: 'secure', baseDomain: 'mx1.vendor.example', records: [PINNED] },
    });
    expect(short(stepsFor(question({ mxSigned: false, hosts: [waiting] }))).at(-1)).toBe(
      'first sign-zone-of-domain vendor.example',
    );
  });

  test('what could not be looked up is not replaced', () => {
    const steps = stepsFor(
      question({
        mtaSts: {
          status: 'unavailable',
          id: null,
          resultType: null,
          because: 'record-unavailable',
          part: '',
        },
        tlsReporting: { status: 'unavailable', because: 'unavailable' },
        hosts: [
          host({ dane: { status: 'unavailable', published: 'unavailable', baseDomain: null, records: [] } }),
        ],
      }),
    );
    expect(short(steps)).toEqual([
      'first look-again _smtp._tls.vendor.example',
      'first look-again mta-sts.vendor.example',
      'first look-again _25._tcp.mx1.vendor.example',
    ]);
    expect(steps.every(waitsForALook)).toBe(true);
  });

  test('a policy that is enforced over a certificate senders refuse is not "nothing to do"', () => {
    const steps = stepsFor(question({ hosts: [host({ ...PASSING, certificateFit: false })], mtaSts: VALID }));
    expect(short(steps)).toContain('first fit-certificate mx1.vendor.example');
    expect(short(steps)).not.toContain('nothing mta-sts');
  });

  test('a policy that is switched off begins with testing', () => {
    const steps = stepsFor(question({ hosts: [host(PASSING)], mtaSts: { ...VALID, mode: 'none' } }));
    expect(short(steps).filter((step) => step.startsWith('file'))).toEqual([
      'file testing policy-switched-off',
      'file enforce policy-switched-off',
    ]);
  });

  test('a server that does not encrypt has to, and that is said once', () => {
    const clear = host({ certificates: [], encrypts: false });
    const first = short(stepsFor(question({ hosts: [clear] }))).filter((step) => step.startsWith('first'));
    expect(first).toEqual(['first offer-encryption mx1.vendor.example']);
  });

  test('signatures over TLSA records that are wrong come before any record', () => {
    const bogus = host({ dane: { status: 'bogus', published: 'bogus', baseDomain: null, records: [] } });
    expect(short(stepsFor(question({ hosts: [bogus] })))[0]).toBe(
      'first repair-signatures _25._tcp.mx1.vendor.example',
    );
  });
});

const TERMINAL = { colour: false, columns: 60 };

describe('as text', () => {
  test('each step says what to do; what is read is broken, what is copied is not', () => {
    const text = presentRecords(recordSteps(question()), TERMINAL);
    const steps = text.match(/^\d+\. \w+/gm);
    expect(steps).toEqual([
      '1. Publish',
      '2. Serve',
      '3. Announce',
      '4. Wait',
      '5. Serve',
      '6. Announce',
      '7. Publish',
      '8. Keep',
    ]);
    expect(text).toMatch(/^1\. Publish .*\n {3}\S/);
    const wide = text.split('\n').filter((line) => line.length > TERMINAL.columns);
    expect(wide.every((line) => /^ +_/.test(line))).toBe(true);
    expect(wide).toContain(`       _25._tcp.mx1.vendor.example. IN TLSA ${pin(server)}`);
  });

  test('the policy that is enforced says what it does, the one before it that it does not yet', () => {
    const [testing, enforced] = presentRecords(recordSteps(question()), { ...TERMINAL, columns: 200 })
      .split('\n')
      .filter((line) => line.includes('. Serve '));
    expect(testing).toContain('in mode testing first');
    expect(enforced).toMatch(/in mode enforce\. It tells senders to deliver encrypted/);
  });

  test('each step is numbered, records as a zone file has them', () => {
    const text = presentRecords(recordSteps(question()), TERMINAL);
    expect(text).toContain(`_25._tcp.mx1.vendor.example. IN TLSA ${pin(server)}`);
    expect(text).toContain('_mta-sts.vendor.example. IN TXT "v=STSv1; id=202611220102031;"');
    expect(text).toContain('       mode: testing\n       mx: mx1.vendor.example\n');
    expect(text.match(/^\d+\. /gm)).toHaveLength(8);
  });

  test('a suggestion says that it is one, after what has to be done, and is numbered by itself', () => {
    const text = presentRecords(recordSteps(question({ hosts: [host(PASSING)], mtaSts: VALID })), TERMINAL);
    const order = [
      '1. Publish this TLS reporting',
      'MTA-STS: nothing to do.',
      'DANE: not needed',
      '1. Publish this TLSA',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(text).not.toContain('DANE: nothing to do.');
  });

  test('a hostile name is kept out of a zone file', () => {
    const text = presentRecords(
      recordSteps(question({ hosts: [host({ host: 'mx"\n$INCLUDE /etc/passwd' })] })),
      TERMINAL,
    );
    expect(text).not.toMatch(/^ +_25\._tcp\.mx"/m);
    expect(text).not.toContain('$INCLUDE /etc/passwd\n');
    expect(text).not.toMatch(/^ *\$INCLUDE/m);
    expect(text).toContain('left out');
  });
});
