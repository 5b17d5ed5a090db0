/**
 * A second opinion: mailauth's MTA-STS code, in its strict mode, on records and policies of every kind. Where
 * it says otherwise, the difference is named here and argued in docs/divergences.md.
 */
import { readFileSync } from 'node:fs';
import { fetchPolicy, parsePolicy, resolvePolicy, validateMx } from 'mailauth/lib/mta-sts.js';
import { describe, expect, test } from 'vitest';
import { assessMtaSts } from '../../../functions/assessment/mta-sts.ts';
import { fetchMtaStsPolicy } from '../../../functions/policy/mta-sts/fetch.ts';
import { isNamedByMtaStsPolicy } from '../../../functions/policy/mta-sts/match.ts';
import { parseMtaStsPolicy } from '../../../functions/policy/mta-sts/policy.ts';
import { parseMtaStsRecord } from '../../../functions/policy/mta-sts/record.ts';
import { found, tableResolver } from '../answers.ts';

const divergences = readFileSync(new URL('../../../docs/divergences.md', import.meta.url), 'utf8');

async function theirId(records: readonly string[]): Promise<string | null> {
  try {
    const id = await resolvePolicy('vendor.example', {
      strict: true,
      resolver: () => Promise.resolve(records.map((text) => [text])),
    });
    return id === false ? null : id;
  } catch {
    return null;
  }
}

function theirPolicy(body: string): { mode: string; maxAgeSeconds: number; mx: readonly string[] } | null {
  try {
    const { mode, maxAge, mx } = parsePolicy(body, { strict: true });
    return { mode, maxAgeSeconds: maxAge ?? Number.NaN, mx: mx ?? [] };
  } catch {
    return null;
  }
}

function ourPolicy(body: string): ReturnType<typeof theirPolicy> {
  const parsed = parseMtaStsPolicy(body);
  if (parsed.status !== 'valid') return null;
  const { mode, maxAgeSeconds, mx } = parsed.policy;
  return { mode, maxAgeSeconds, mx };
}

describe('records are read as mailauth reads them', () => {
  test.each([
    [['v=STSv1; id=1']],
    [['v=STSv1;id=1;']],
    [['v=STSv1 ; id=1']],
    [['v=STSv1; id=1 \t; ']],
    [['v=STSv1; id=1 ']],
    [['v=STSv1; id=1; id=2']],
    [['v=STSv1; a=b; id=1']],
    [['v=STSv1; id=1', 'v=spf1 -all']],
    [['v=STSv1; id=1', 'v=STSv1; id=2']],
    [['v=stsv1; id=1']],
    [['v=STSv1; ID=1']],
    [['v=STSv1; id=']],
    [['v=STSv1; id=1-2']],
    [[`v=STSv1; id=${'a'.repeat(33)}`]],
    [['v=STSv1;; id=1']],
    [['v=STSv1; id=1;;']],
    [['v=STSv1; id=1; x']],
    [['v=STSv1; id=1; x=']],
    [['v=STSv1; id=1; x=a b']],
    [['v=STSv1; =1']],
    [['v=STSv1 id=1']],
    [[' v=STSv1; id=1']],
    [[]],
  ])('%j', async (records) => {
    const ours = parseMtaStsRecord(records);
    expect(ours.status === 'valid' ? ours.id : null).toBe(await theirId(records));
  });
});

const SOUND = 'version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 86400\n';

describe('policies are read as mailauth reads them', () => {
  test.each([
    SOUND,
    SOUND.replaceAll('\n', '\r\n'),
    `${SOUND}mode: none\n`,
    `${SOUND}max_age: 1\nversion: STSv2\n`,
    `${SOUND}mx: *.b.example\nmx: C.example\nmx: a.example\n`,
    `${SOUND}unknown: value\n`,
    `${SOUND}\n\n`,
    SOUND.replace('enforce', 'testing'),
    SOUND.replace('enforce', 'none'),
    'version: STSv1\nmode: none\nmax_age: 0',
    SOUND.replace('enforce', 'Enforce'),
    SOUND.replace('mode', 'Mode'),
    SOUND.replace('STSv1', 'STSv2'),
    SOUND.replace('version: STSv1\n', ''),
    SOUND.replace('mx: a.example\n', ''),
    SOUND.replace('a.example', '*'),
    SOUND.replace('a.example', 'a.*.example'),
    SOUND.replace('a.example', 'a.example.'),
    SOUND.replace('a.example', '.example'),
    SOUND.replace('a.example', 'bücher.example'),
    SOUND.replace('86400', '31557600'),
    SOUND.replace('86400', '31557601'),
    SOUND.replace('86400', '-1'),
    SOUND.replace('86400', '1e3'),
    SOUND.replace('86400', ''),
    SOUND.replace('max_age: 86400', ''),
    '',
  ])('%j', (body) => {
    expect(ourPolicy(body)).toEqual(theirPolicy(body));
  });
});

describe('hosts are matched as mailauth matches them', () => {
  test.each([
    ['a.example', 'a.example'],
    ['a.example', 'b.example'],
    ['a.b.example', '*.b.example'],
    ['b.example', '*.b.example'],
    ['x.a.b.example', '*.b.example'],
    ['xb.example', '*.b.example'],
  ])('%s against %s', (host, pattern) => {
    const { valid } = validateMx(host, { mode: 'enforce', mx: [pattern] });
    expect(isNamedByMtaStsPolicy(host, [pattern])).toBe(valid);
  });
});

describe('the differences, each argued in docs/divergences.md', () => {
  test.each([
    ['a line that is no `key: value`', `${SOUND}nonsense\n`],
    ['a line that is no `key: value`', `${SOUND} mode: none\n`],
    ['a label of more than 63 characters', SOUND.replace('a.example', `${'a'.repeat(64)}.example`)],
  ])('%s makes a policy invalid here and not in mailauth', (name, body) => {
    expect(ourPolicy(body)).toBeNull();
    expect(theirPolicy(body)).not.toBeNull();
    expect(divergences).toContain(name);
  });

  test('a policy host without an address is invalid here, and no policy to mailauth', async () => {
    const theirs = await fetchPolicy('vendor.example', {
      strict: true,
      resolver: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    });
    const tools = {
      resolver: tableResolver({}),
      now: () => new Date(),
      port: 443,
      allowPrivate: false,
      timeoutMs: 1000,
    };
    const fetch = await fetchMtaStsPolicy('vendor.example', tools, new AbortController().signal);
    expect(theirs).toBe(false);
    expect(assessMtaSts({ record: found(['v=STSv1; id=1']), fetch })).toMatchObject({
      status: 'invalid',
      resultType: 'sts-policy-fetch-error',
      because: 'no-address',
    });
    expect(divergences).toContain('a policy host without an address');
  });
});
