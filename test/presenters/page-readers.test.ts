import { expect, test } from 'vitest';
import { render } from '../../functions/presenters/page-layout.ts';
import { presentReaders } from '../../functions/presenters/page-readers.ts';
import { canaries, domain, host, made, REFUSED, WITHOUT_STARTTLS } from '../assessment/observed.ts';
import { reportOf } from './presented.ts';

const egress = canaries('clear', 'clear', 'clear');
const inClear = host([made('192.0.2.1', WITHOUT_STARTTLS)]);
const untested = host([made('192.0.2.2', REFUSED)], { host: 'mx2.vendor.example', preference: 20 });

const listener = (...hosts: Parameters<typeof domain>[0]): string => {
  const text = render(presentReaders(reportOf(domain(hosts, { egress }))));
  return (
    /listening on the network<\/dt>\s*<dd>\s*(.*?)\s*<\/dd>/s.exec(text)?.[1]?.replaceAll(/<[^>]*>/g, '') ??
    ''
  );
};

test.each([
  [[inClear], '✘ Yes, all that is sent.'],
  [[untested], '? We cannot say: no server could be tested.'],
  [[inClear, untested], '✘ Yes, at the servers we could test. About the others we cannot say.'],
])('who listens reads what was seen to travel in clear, and no more is claimed (%#)', (hosts, text) => {
  expect(listener(...hosts)).toBe(text);
});
