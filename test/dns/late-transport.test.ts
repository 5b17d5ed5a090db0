import { expect, test } from 'vitest';
import { lateTransport } from '../../functions/dns/late-transport.ts';
import type { Transport } from '../../functions/dns/transport.ts';

const query = { name: 'mail.example', type: 'MX', checkingDisabled: false } as const;

function loading(): { transport: Transport; loads: () => number; closes: () => number } {
  let loads = 0;
  let closes = 0;
  const inner: Transport = {
    name: 'inner',
    exchange: () => Promise.resolve({ status: 'refused', detail: closes > 0 ? 'closed' : 'asked' }),
    close: () => (closes += 1),
  };
  const load = async (): Promise<Transport> => {
    loads += 1;
    return inner;
  };
  return {
    transport: lateTransport('https://one.example/dns-query', load),
    loads: () => loads,
    closes: () => closes,
  };
}

test('it is loaded by the first query, once, and is named without that', async () => {
  const { transport, loads } = loading();
  expect(transport.name).toBe('https://one.example/dns-query');
  expect(loads()).toBe(0);
  await Promise.all([transport.exchange(query), transport.exchange(query)]);
  expect(loads()).toBe(1);
});

test('closed before it was asked, it loads nothing', () => {
  const { transport, loads } = loading();
  transport.close();
  expect(loads()).toBe(0);
});

test('closed while it is loaded, a query learns so', async () => {
  const { transport, closes } = loading();
  const asked = transport.exchange(query);
  transport.close();
  expect(await asked).toEqual({ status: 'refused', detail: 'closed' });
  expect(closes()).toBeGreaterThan(0);
});

test('closed after it was used, it is closed', async () => {
  const { transport, closes } = loading();
  expect(await transport.exchange(query)).toEqual({ status: 'refused', detail: 'asked' });
  transport.close();
  await Promise.resolve();
  expect(closes()).toBe(1);
});
