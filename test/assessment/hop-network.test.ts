import { expect, test } from 'vitest';
import { addressNetwork } from '../../functions/assessment/hop-network.ts';

test.each([
  ['127.0.0.6', 'none'],
  ['::1', 'none'],
  ['::ffff:127.0.0.1', 'none'],
  ['::ffff:7f00:1', 'none'],
  ['10.255.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['192.169.1.1', 'public'],
  ['100.64.0.1', 'private'],
  ['100.128.0.1', 'public'],
  ['169.254.1.1', 'private'],
  ['fe80::1', 'private'],
  ['fd00::1', 'private'],
  ['::ffff:10.0.0.1', 'private'],
  ['2603:10b6::1', 'public'],
  ['192.0.2.1', 'public'],
  ['8.8.8.8', 'public'],
])('%s: %s', (address, network) => {
  expect(addressNetwork(address)).toBe(network);
});
