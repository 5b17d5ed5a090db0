/** The document on operating a deployment speaks of all that there is to operate, and of nothing else. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../functions/environment.ts';
import { CHOICES } from '../../infra/deployment.ts';
import { AGENT, resourcesOf, withoutHash } from './stack-template.ts';

const document = await readFile(new URL('../../docs/operate.md', import.meta.url), 'utf8');

/** The names in the first cells of the table under a heading. */
function rows(heading: string): readonly string[] {
  const part = document.slice(document.indexOf(heading));
  const cells = [...(part.split(/\n## /)[1]?.matchAll(/^\| (`[^|]*) \|/gm) ?? [])];
  return cells.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

test('every alarm has its meaning and what to do', () => {
  const alarms = resourcesOf({ prober: 'vpc' })
    .of('AWS::CloudWatch::Alarm')
    .map(([name]) => withoutHash(name).replace(/^Alarms/, ''));
  expect(rows('\n## Alarms').toSorted()).toEqual(alarms.toSorted());
});

test('every choice of the deployment is explained, with its default', () => {
  expect(rows('\n## Deploy').toSorted()).toEqual(Object.keys(CHOICES).toSorted());
  const defaults = Object.entries(CHOICES).flatMap(([name, { default: byDefault }]) =>
    byDefault === '' ? [] : [[name, byDefault] as const],
  );
  const told = [...document.matchAll(/^\| `(\w+)` \|.*\| `([^`]*)` \|$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(told).toEqual(defaults);
});

test('settings and outputs that it names are there', () => {
  const settings = [...document.matchAll(/\bMAILTLS_[A-Z_]+\b/g)].map(([name]) => name);
  expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(settings));
  const outputs = [{ prober: 'vpc' }, AGENT].flatMap((deployment) =>
    Object.keys(resourcesOf(deployment).template.findOutputs('*')),
  );
  for (const name of ['ProbeAddress', 'AgentQueueUrl', 'AgentRoleArn', 'TableName', 'SlackSecretArn']) {
    expect(document).toContain(`\`${name}\``);
    expect(outputs).toContain(name);
  }
});
