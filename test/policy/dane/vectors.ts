/**
 * Chains and TLSA records with what a DANE sender makes of them. Each is judged by our own code and, in another
 * test, by OpenSSL's DANE implementation over a real handshake.
 */
import { createHash } from 'node:crypto';
import type { TlsaRecord } from '../../../functions/policy/dane/tlsa-records.ts';
import type { Made, Recipe } from './chain.ts';
import { der, distinguished, extension, make } from './chain.ts';

export const HOST = 'mx1.vendor.example';

export interface Vector {
  readonly name: string;
  /** The chain as sent, the server's own certificate first. */
  readonly chain: readonly Made[];
  readonly records: readonly TlsaRecord[];
  readonly expected: 'match' | 'mismatch' | 'unusable';
  readonly because?: string;
  /** Why OpenSSL's command line says otherwise, where it does. */
  readonly openssl?: { readonly says: 'match' | 'mismatch'; readonly since: string };
}

/** States the record that pins a certificate. */
export function tlsa(
  usage: number,
  selector: number,
  matchingType: number,
  { der, publicKeyInfo }: Made,
): TlsaRecord {
  const selected = selector === 0 ? der : publicKeyInfo;
  const digest = (algorithm: string): string => createHash(algorithm).update(selected).digest('hex');
  const data = [selected.toString('hex'), digest('sha256'), digest('sha512')][matchingType] ?? '';
  return { usage, selector, matchingType, data };
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';
/** keyCertSign and cRLSign. */
const CERT_SIGN = 0x06;
const DIGITAL_SIGNATURE = 0x80;

/** RFC 5280 section 4.2.1.10, one subtree of one kind. */
const nameConstraints = (kind: 'permitted' | 'excluded', tag: number, base: Buffer): Buffer =>
  extension('2.5.29.30', true, der(0x30, der(kind === 'permitted' ? 0xa0 : 0xa1, der(0x30, der(tag, base)))));
const DNS = 0x82;
const DIRECTORY = 0xa4;
const PRINTABLE_STRING = 0x13;

/** RFC 5280 section 4.2.1.1, RFC 5280 section 4.2.1.2, as authorities that change their keys write them. */
const keyIdentifiers = (own: string, issuers: string): readonly Buffer[] => [
  extension('2.5.29.14', false, der(0x04, Buffer.from(own))),
  extension('2.5.29.35', false, der(0x30, der(0x80, Buffer.from(issuers)))),
];

export function makeVectors(): readonly Vector[] {
  const root = make({ name: 'root', authority: true, keyUsage: CERT_SIGN });
  const intermediate = make({
    name: 'intermediate',
    issuer: root,
    authority: true,
    keyUsage: CERT_SIGN,
  });
  const leafOf = (issuer: Made, more: Partial<Recipe> = {}) =>
    make({ name: HOST, names: [HOST], purposes: [SERVER_AUTH], issuer, ...more });
  const authority = (name: string, more: Partial<Recipe> = {}) =>
    make({ name, authority: true, keyUsage: CERT_SIGN, ...more });
  const leaf = leafOf(intermediate);
  const chain = [leaf, intermediate, root];
  const other = leafOf(root, { name: 'other.example', names: ['other.example'] });
  const ownRoot = make({ name: HOST, names: [HOST] });
  const expired = leafOf(intermediate, { from: -60, until: -1 });
  const undated = leafOf(intermediate, { untilText: '991399999999Z' });
  const early = leafOf(intermediate, { from: 5 });
  const wrongName = leafOf(intermediate, { name: 'other.example', names: ['other.example'] });
  const wildcard = leafOf(intermediate, { names: ['*.vendor.example'] });
  const partialWildcard = leafOf(intermediate, { names: ['mx*.vendor.example'] });
  const deepWildcard = leafOf(intermediate, { names: ['*.example'] });
  const commonName = leafOf(intermediate, { names: [] });
  const commonNameBeside = leafOf(intermediate, { names: ['other.example'] });
  const forMail = leafOf(intermediate, { purposes: [EMAIL_PROTECTION] });
  const critical = leafOf(intermediate, {
    extensions: [extension('1.3.6.1.4.1.99999.1', true, Buffer.from([5, 0]))],
  });
  const expiredIntermediate = authority('old intermediate', { issuer: root, from: -60, until: -1 });
  const expiredRoot = authority('old root', { from: -60, until: -1 });
  const underExpiredRoot = leafOf(expiredRoot);
  const noAuthority = make({ name: 'not an authority', issuer: root, keyUsage: CERT_SIGN });
  const noConstraints = make({ name: 'silent', issuer: root, noBasicConstraints: true });
  const oldStyle = make({ name: 'old style', noBasicConstraints: true, keyUsage: CERT_SIGN });
  const noCertSign = authority('may not sign', {
    issuer: root,
    keyUsage: DIGITAL_SIGNATURE,
  });
  const shortRoot = authority('short root', { pathLength: 0 });
  const underShortRoot = authority('one too many', { issuer: shortRoot });
  const mailOnly = authority('mail authority', { issuer: root, purposes: [EMAIL_PROTECTION] });
  const permitting = authority('permits vendor', {
    issuer: root,
    extensions: [nameConstraints('permitted', DNS, Buffer.from('vendor.example'))],
  });
  const permittingOther = authority('permits other', {
    issuer: root,
    extensions: [nameConstraints('permitted', DNS, Buffer.from('other.example'))],
  });
  const excluding = authority('excludes vendor', {
    issuer: root,
    extensions: [nameConstraints('excluded', DNS, Buffer.from('vendor.example'))],
  });
  const permittingAddresses = authority('permits addresses', {
    issuer: root,
    extensions: [nameConstraints('permitted', 0x87, Buffer.from([10, 0, 0, 0, 255, 0, 0, 0]))],
  });
  const constrained = (kind: 'permitted' | 'excluded', tag: number, base: Buffer): Made =>
    authority('constrained', { issuer: root, extensions: [nameConstraints(kind, tag, base)] });
  const directory = (kind: 'permitted' | 'excluded', name: string, tag?: number): Made =>
    constrained(kind, DIRECTORY, distinguished(name, tag));
  const under = (issuer: Made, more: Partial<Recipe> = {}): readonly Made[] => [
    leafOf(issuer, more),
    issuer,
    root,
  ];
  const twice = leafOf(intermediate, {
    extensions: [extension('1.3.6.1.4.1.99999.2', false, Buffer.from([5, 0]))].flatMap((one) => [one, one]),
  });
  const constrainedTwice = leafOf(intermediate, {
    extensions: [extension('2.5.29.19', true, der(0x30))],
  });
  const oldRoot = authority('rollover', { extensions: keyIdentifiers('old', 'old') });
  const newRoot = authority('rollover', { issuer: oldRoot, extensions: keyIdentifiers('new', 'old') });
  const underNewRoot = leafOf(newRoot, { extensions: keyIdentifiers('leaf', 'new') });
  const newNameless = authority('root', { issuer: root });
  const revocable = leafOf(intermediate, { extensions: [extension('2.5.29.31', true, der(0x30))] });
  const impostor = authority('intermediate', { issuer: root });
  const crossRoot = authority('cross root');
  const crossSigned = authority('intermediate', { issuer: crossRoot, keys: intermediate.keys });

  const ee = (
    name: string,
    server: Made,
    records: readonly TlsaRecord[],
    expected: Vector['expected'] = 'match',
    because?: string,
  ): Vector => ({ name, chain: [server], records, expected, ...(because === undefined ? {} : { because }) });
  const ta = (name: string, sent: readonly Made[], anchor: Made, because?: string): Vector => ({
    name,
    chain: sent,
    records: [tlsa(2, 1, 1, anchor)],
    expected: because === undefined ? 'match' : 'mismatch',
    ...(because === undefined ? {} : { because }),
  });
  const stale = tlsa(3, 1, 1, other);

  return [
    ee('3 1 1, the usual', leaf, [tlsa(3, 1, 1, leaf)]),
    ee('3 0 1, the whole certificate', leaf, [tlsa(3, 0, 1, leaf)]),
    ee('3 1 2', leaf, [tlsa(3, 1, 2, leaf)]),
    ee('3 0 2', leaf, [tlsa(3, 0, 2, leaf)]),
    ee('3 1 0, the key itself', leaf, [tlsa(3, 1, 0, leaf)]),
    ee('3 0 0, the certificate itself', leaf, [tlsa(3, 0, 0, leaf)]),
    ee('3 1 1 of a certificate that signs itself', ownRoot, [tlsa(3, 1, 1, ownRoot)]),
    ee('3 1 1, expired: dates do not count', expired, [tlsa(3, 1, 1, expired)]),
    ee('3 1 1, not yet valid', early, [tlsa(3, 1, 1, early)]),
    ee('3 1 1, another name: names do not count', wrongName, [tlsa(3, 1, 1, wrongName)]),
    ee('3 1 1, a certificate for e-mail: purposes do not count', forMail, [tlsa(3, 1, 1, forMail)]),
    ee('3 1 1, an extension twice: extensions do not count', twice, [tlsa(3, 1, 1, twice)]),
    ee('3 1 1 of another key', leaf, [stale], 'mismatch', 'no-record-matches'),
    ee('3 1 1 of the intermediate', leaf, [tlsa(3, 1, 1, intermediate)], 'mismatch', 'no-record-matches'),
    ee('rollover: the next key beside the present one', leaf, [stale, tlsa(3, 1, 1, leaf)]),
    ee(
      'agility: a stale 3 1 2 beside a matching 3 1 1',
      leaf,
      [tlsa(3, 1, 2, other), tlsa(3, 1, 1, leaf)],
      'mismatch',
      'no-record-matches',
    ),
    ee('agility: a matching 3 1 2 beside a stale 3 1 1', leaf, [stale, tlsa(3, 1, 2, leaf)]),
    ee('agility: another selector has its own strongest digest', leaf, [
      tlsa(3, 0, 2, other),
      tlsa(3, 1, 1, leaf),
    ]),
    ee('agility: Full(0) counts beside a stale digest', leaf, [tlsa(3, 1, 2, other), tlsa(3, 1, 0, leaf)]),
    ee('agility: an unusable 3 1 2 does not outrank', leaf, [
      { ...tlsa(3, 1, 2, other), data: 'ab' },
      tlsa(3, 1, 1, leaf),
    ]),
    ee('usage 1 beside a matching usage 3', leaf, [tlsa(1, 1, 1, other), tlsa(3, 1, 1, leaf)]),
    ee('usage 0 and 1 alone', leaf, [tlsa(0, 1, 1, root), tlsa(1, 1, 1, leaf)], 'unusable'),
    ee('a digest of the wrong length', leaf, [{ ...tlsa(3, 1, 1, leaf), data: 'abcd' }], 'unusable'),
    ee('an unknown matching type', leaf, [{ ...tlsa(3, 1, 1, leaf), matchingType: 3 }], 'unusable'),
    ee('an unknown selector', leaf, [{ ...tlsa(3, 1, 1, leaf), selector: 2 }], 'unusable'),
    ee('an unknown usage', leaf, [{ ...tlsa(3, 1, 1, leaf), usage: 255 }], 'unusable'),
    ee(
      'Full(0) data that is no key',
      leaf,
      [{ usage: 3, selector: 1, matchingType: 0, data: '3003020100' }],
      'unusable',
    ),
    ee(
      'unusable beside a stale one',
      leaf,
      [{ ...tlsa(3, 1, 1, leaf), data: 'abcd' }, stale],
      'mismatch',
      'no-record-matches',
    ),

    ta('2 1 1, the root sent', chain, root),
    ta('2 1 1, the intermediate is the anchor', [leaf, intermediate], intermediate),
    ta('2 1 1, sent in another order', [leaf, root, intermediate], root),
    ta('2 1 1, strangers in the chain', [leaf, other, crossRoot, intermediate, root], root),
    ta('2 1 1, the root not sent', [leaf, intermediate], root, 'no-record-matches'),
    ta('2 1 1, the intermediate not sent', [leaf, root], root, 'no-record-matches'),
    ta('2 1 1 of the server certificate itself', chain, leaf, 'no-record-matches'),
    ta('2 1 1 of a certificate that signs itself', [ownRoot], ownRoot, 'no-record-matches'),
    ta(
      '2 1 1, an authority of the same name and another key',
      [leaf, impostor, root],
      root,
      'signature-wrong',
    ),
    ta('2 1 1, the same before the real one', [leaf, impostor, intermediate, root], root, 'signature-wrong'),
    ta(
      '2 1 1, cross-signed: the way up that was sent first',
      [leaf, crossSigned, intermediate, crossRoot],
      crossRoot,
    ),
    ta(
      '2 1 1, cross-signed: the way up that was sent last',
      [leaf, intermediate, crossSigned, crossRoot],
      crossRoot,
      'no-record-matches',
    ),
    ta('2 1 1, another name', [wrongName, intermediate], intermediate, 'certificate-host-mismatch'),
    ta('2 1 1, a wildcard', [wildcard, intermediate], intermediate),
    {
      ...ta(
        '2 1 1, a wildcard for part of a label',
        [partialWildcard, intermediate],
        intermediate,
        'certificate-host-mismatch',
      ),
      openssl: {
        says: 'match',
        since: 's_client cannot be told that RFC 7672 section 3.2.3 wants a whole label',
      },
    },
    ta(
      '2 1 1, a wildcard one label short',
      [deepWildcard, intermediate],
      intermediate,
      'certificate-host-mismatch',
    ),
    ta('2 1 1, a common name and no DNS name', [commonName, intermediate], intermediate),
    ta(
      '2 1 1, a common name beside another DNS name',
      [commonNameBeside, intermediate],
      intermediate,
      'certificate-host-mismatch',
    ),
    ta('2 1 1, expired', [expired, intermediate], intermediate, 'certificate-expired'),
    ta('2 1 1, a date that is none', [undated, intermediate], intermediate, 'certificate-expired'),
    ta('2 1 1, not yet valid', [early, intermediate], intermediate, 'certificate-not-yet-valid'),
    ta(
      '2 1 1, an expired intermediate',
      [leafOf(expiredIntermediate), expiredIntermediate, root],
      root,
      'certificate-expired',
    ),
    ta('2 1 1, an expired anchor', [underExpiredRoot, expiredRoot], expiredRoot, 'certificate-expired'),
    ta('2 1 1, a certificate for e-mail', [forMail, intermediate], intermediate, 'wrong-purpose'),
    ta(
      '2 1 1, an unknown critical extension',
      [critical, intermediate],
      intermediate,
      'critical-extension-unknown',
    ),
    ta(
      '2 1 1, an issuer that is no authority',
      [leafOf(noAuthority), noAuthority, root],
      root,
      'not-an-authority',
    ),
    ta(
      '2 1 1, an issuer without basicConstraints',
      [leafOf(noConstraints), noConstraints, root],
      root,
      'not-an-authority',
    ),
    {
      ...ta(
        '2 1 1, an anchor that signs itself without basicConstraints',
        [leafOf(oldStyle), oldStyle],
        oldStyle,
        'not-an-authority',
      ),
      openssl: { says: 'match', since: 'OpenSSL takes an old root at its keyCertSign' },
    },
    ta(
      '2 1 1, an issuer that may not sign certificates',
      [leafOf(noCertSign), noCertSign, root],
      root,
      'no-record-matches',
    ),
    ta(
      '2 1 1, a path longer than allowed',
      [leafOf(underShortRoot), underShortRoot, shortRoot],
      shortRoot,
      'path-length-exceeded',
    ),
    ta('2 1 1, a path as long as allowed', [leafOf(shortRoot), shortRoot], shortRoot),
    ta('2 1 1, an authority for e-mail', [leafOf(mailOnly), mailOnly, root], root, 'wrong-purpose'),
    ta('2 1 1, an authority constrained to the name', [leafOf(permitting), permitting, root], root),
    ta(
      '2 1 1, an authority constrained to other names',
      [leafOf(permittingOther), permittingOther, root],
      root,
      'name-constraint-violated',
    ),
    ta(
      '2 1 1, an authority that excludes the name',
      [leafOf(excluding), excluding, root],
      root,
      'name-constraint-violated',
    ),
    ta(
      '2 1 1, an authority with a new key, signed with the old one',
      [underNewRoot, newRoot, oldRoot],
      oldRoot,
    ),
    ta(
      '2 1 1, the same without key identifiers: it seems to have signed itself',
      [leafOf(newNameless), newNameless, root],
      root,
      'no-record-matches',
    ),
    ta('2 1 1, critical CRL distribution points', [revocable, intermediate], intermediate),
    ta(
      '2 1 1, an authority constrained in addresses only',
      [leafOf(permittingAddresses), permittingAddresses, root],
      root,
    ),
    ta(
      '2 1 1, an authority constrained to what is below the domain',
      under(constrained('permitted', DNS, Buffer.from('.vendor.example'))),
      root,
    ),
    ta(
      '2 1 1, an authority that excludes a name with capitals',
      under(constrained('excluded', DNS, Buffer.from('MX1.Vendor.Example'))),
      root,
      'name-constraint-violated',
    ),
    ta(
      '2 1 1, an authority constrained to its own kind of subject',
      under(directory('permitted', HOST)),
      root,
    ),
    ta(
      '2 1 1, the same with capitals and spaces: a name is compared as RFC 5280 section 7.1 has it',
      under(directory('permitted', 'The  Vendor '), { name: 'the vendor' }),
      root,
    ),
    ta(
      '2 1 1, the same in another kind of string',
      under(directory('permitted', 'The Vendor', PRINTABLE_STRING), { name: 'The Vendor' }),
      root,
    ),
    ta(
      '2 1 1, an authority constrained to another subject',
      under(directory('permitted', 'another vendor'), { name: 'the vendor' }),
      root,
      'name-constraint-violated',
    ),
    ta(
      '2 1 1, an authority that excludes the subject, written otherwise',
      under(directory('excluded', 'THE VENDOR', PRINTABLE_STRING), { name: 'the vendor' }),
      root,
      'name-constraint-violated',
    ),
    ta('2 1 1, an extension twice that no path is judged by', [twice, intermediate], intermediate),
    ta(
      '2 1 1, an extension twice that paths are judged by',
      [constrainedTwice, intermediate],
      intermediate,
      'no-record-matches',
    ),
    ta(
      '2 1 1, constraints on a common name',
      [leafOf(permittingOther, { names: [] }), permittingOther, root],
      root,
      'name-constraint-violated',
    ),
    {
      name: '2 0 0, the anchor in DNS and not sent',
      chain: [leaf, intermediate],
      records: [tlsa(2, 0, 0, root)],
      expected: 'match',
    },
    {
      name: '2 1 0, a bare key in DNS, its certificate not sent',
      chain: [leaf, intermediate],
      records: [tlsa(2, 1, 0, root)],
      expected: 'match',
    },
    {
      name: '2 1 0, the key that signed the server certificate',
      chain: [leaf],
      records: [tlsa(2, 1, 0, intermediate)],
      expected: 'match',
    },
    {
      name: '2 1 0, the key that signed a server certificate with basicConstraints twice',
      chain: [constrainedTwice],
      records: [tlsa(2, 1, 0, intermediate)],
      expected: 'match',
    },
    {
      name: '2 0 0 of another root',
      chain,
      records: [tlsa(2, 0, 0, crossRoot)],
      expected: 'mismatch',
      because: 'no-record-matches',
    },
    { name: '2 0 1', chain, records: [tlsa(2, 0, 1, root)], expected: 'match' },
    { name: '2 1 2', chain, records: [tlsa(2, 1, 2, root)], expected: 'match' },
    {
      name: 'a stale 3 1 1 beside a matching 2 1 1',
      chain,
      records: [stale, tlsa(2, 1, 1, root)],
      expected: 'match',
    },
    {
      name: 'a stale 2 1 1 beside a matching 3 1 1',
      chain,
      records: [tlsa(2, 1, 1, crossRoot), tlsa(3, 1, 1, leaf)],
      expected: 'match',
    },
  ];
}
