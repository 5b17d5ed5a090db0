/** The template of a stack, without the code of its functions: that is bundled and run by other tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { readContext } from '../../infra/context.ts';
import { MailtlsStack } from '../../infra/stack.ts';

type Texts = Readonly<Record<string, string>>;

export const EHLO = { MAILTLS_EHLO_NAME: 'probe.mail.example' };
export const AGENT = { prober: 'agent', agentPrincipal: 'arn:aws:iam::123456789012:user/agent-host' };

/** Of all stacks of a file of tests: by itself each would leave a folder behind. */
const folder = mkdtempSync(join(tmpdir(), 'mailtls-stacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

export function stackOf(deployment: Texts = {}, settings: Texts = EHLO): MailtlsStack {
  const app = new App({
    outdir: mkdtempSync(join(folder, 'stack-')),
    context: { 'aws:cdk:bundling-stacks': [] },
  });
  return new MailtlsStack(app, 'Mailtls', readContext(settings, deployment));
}

// oxlint-disable-next-line typescript/no-explicit-any -- a template is what CloudFormation makes of it
export type Value = any;
export type Properties = Record<string, Value>;

export interface Resources {
  /** The properties of every resource of a type, by logical name. */
  readonly of: (type: string) => readonly (readonly [name: string, properties: Properties])[];
  readonly template: Template;
  readonly types: readonly string[];
}

const known = new Map<string, Resources>();

/** A template is made once for all tests of a file that look at it. */
export function resourcesOf(deployment: Texts = {}, settings: Texts = EHLO): Resources {
  const key = JSON.stringify([deployment, settings]);
  const found = known.get(key) ?? makeResources(deployment, settings);
  known.set(key, found);
  return found;
}

function makeResources(deployment: Texts, settings: Texts): Resources {
  const template = Template.fromStack(stackOf(deployment, settings));
  const resources: Properties = template.toJSON()['Resources'];
  return {
    template,
    types: Object.values(resources).map(({ Type }) => Type),
    of: (type) =>
      Object.entries(template.findResources(type)).map(([name, { Properties: properties }]) => [
        name,
        properties ?? {},
      ]),
  };
}

/** A value of the template in short: `Evidence.Arn` for what has to be looked up at deployment. */
export function short(value: unknown): Value {
  if (Array.isArray(value)) return value.map(short);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[key, inner] = ['', null]] = entries;
  if (key === 'Ref') return withoutHash(String(inner));
  if (key === 'Fn::GetAtt' && Array.isArray(inner)) return `${withoutHash(String(inner[0]))}.${inner[1]}`;
  if (key === 'Fn::Join' && Array.isArray(inner)) return [short(inner[1])].flat().join(inner[0]);
  return Object.fromEntries(entries.map(([name, part]) => [name, short(part)]));
}

export const withoutHash = (name: string): string => name.replace(/[0-9A-F]{8}$/, '');
