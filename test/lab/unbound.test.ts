import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, RecordType } from '../../functions/dns/answer.ts';
import { createResolver } from '../../functions/dns/resolver.ts';
import { readSettings } from '../../functions/environment.ts';
import { makeAuthority } from './authority.ts';
import { INTERNET } from './internet.ts';
import { startSignedDns } from './signed-dns.ts';
import type { SignedDns } from './signed-dns.ts';
import { startUnbound, unboundLack } from './unbound.ts';
import type { Unbound } from './unbound.ts';
import { makeZone } from './zone.ts';

const lack = unboundLack();
if (lack !== null && process.env['CI'] !== 'true') process.stderr.write(`left out: ${lack}\n`);

describe.skipIf(lack !== null && process.env['CI'] !== 'true')(
  'the lab’s zones, validated by unbound',
  () => {
    let dns: SignedDns;
    let unbound: Unbound;
    let resolver: ReturnType<typeof createResolver>;
    beforeAll(async () => {
      if (lack !== null) throw new Error(lack);
      dns = await startSignedDns(makeZone(INTERNET, makeAuthority()));
      unbound = await startUnbound(dns);
      const read = readSettings({ MAILTLS_RESOLVERS: `udp://127.0.0.1:${unbound.port}` });
      if (!read.ok) throw new Error('the settings are wrong');
      resolver = createResolver(read.settings, () => performance.now());
    });
    afterAll(async () => {
      resolver.close();
      await unbound.close();
      await dns.close();
    });

    const lookUp = <T extends RecordType>(name: string, type: T): Promise<Answer<T>> =>
      resolver.lookUp(name, type, AbortSignal.timeout(15_000));

    it('signed from the root down: secure', async () => {
      expect(await lookUp('secure.example', 'MX')).toMatchObject({
        outcome: 'records',
        securityStatus: 'secure',
        records: [{ preference: 10, exchange: 'mx.secure.example' }],
      });
      expect(await lookUp('mx.secure.example', 'A')).toMatchObject({ securityStatus: 'secure' });
    });

    it('an unsigned delegation, its lack of a DS signed above it: insecure', async () => {
      expect(await lookUp('insecure.example', 'MX')).toMatchObject({
        outcome: 'records',
        securityStatus: 'insecure',
      });
    });

    it('signatures that are wrong: bogus, at the domain or at one host of it', async () => {
      expect(await lookUp('bogus.example', 'MX')).toMatchObject({ outcome: 'bogus' });
      expect(await lookUp('bogus-address.example', 'MX')).toMatchObject({ securityStatus: 'secure' });
      expect(await lookUp('mx.bogus-address.example', 'A')).toMatchObject({ outcome: 'bogus' });
    });

    it('a name that does not exist, and a type that a name does not have: both proven', async () => {
      expect(await lookUp('no-such.example', 'MX')).toMatchObject({
        outcome: 'name-error',
        securityStatus: 'secure',
      });
      expect(await lookUp('no-such.secure.example', 'A')).toMatchObject({
        outcome: 'name-error',
        securityStatus: 'secure',
      });
      expect(await lookUp('mx.secure.example', 'AAAA')).toMatchObject({
        outcome: 'no-data',
        securityStatus: 'secure',
      });
    });

    it('TLSA records: secure, bogus, and proven not to be there', async () => {
      expect(await lookUp('_25._tcp.mx.dane-311.example', 'TLSA')).toMatchObject({
        outcome: 'records',
        securityStatus: 'secure',
        records: [{ usage: 3, selector: 1, matchingType: 1 }],
      });
      expect(await lookUp('_25._tcp.mx.dane-bogus.example', 'TLSA')).toMatchObject({ outcome: 'bogus' });
      expect(await lookUp('_25._tcp.mx.secure.example', 'TLSA')).toMatchObject({
        outcome: 'name-error',
        securityStatus: 'secure',
      });
    });

    it('an alias in signed zones: secure to its end', async () => {
      expect(await lookUp('mx.dane-alias.example', 'A')).toMatchObject({
        securityStatus: 'secure',
        cname: ['real.dane-alias.example'],
      });
    });
  },
);
