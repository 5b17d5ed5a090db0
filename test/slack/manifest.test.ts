/**
 * The manifests against Slack's rules for them: lengths and forms of the "App manifest reference" (docs.slack.dev,
 * read 2026-11-22) and of `@slack/web-api`'s own types of it; a shortcut's name of 24 characters and https alone for
 * addresses as Slack's configuration pages enforce them.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { COMMAND, SHORTCUTS } from '../../functions/presenters/slack-actions.ts';
import { EVENTS, SCOPES, slackManifest } from '../../functions/slack/manifest.ts';
import { STEP } from '../../functions/slack/step-answer.ts';
import { runMailtls } from '../local/run-mailtls.ts';

const URL_AT_AWS = 'https://abc123.execute-api.eu-west-1.amazonaws.com/slack/events';
const MANIFESTS = [
  ['by Socket Mode', slackManifest({ by: 'socket' }, false)],
  ['by Socket Mode, with a workflow step', slackManifest({ by: 'socket' }, true)],
  ['over HTTP', slackManifest({ by: 'http', url: URL_AT_AWS }, false)],
  ['over HTTP, with a workflow step', slackManifest({ by: 'http', url: URL_AT_AWS }, true)],
] as const;

const text = (maxLength: number, minLength = 1) => ({ type: 'string', minLength, maxLength });
const https = { type: 'string', pattern: '^https://[^\\s/]+/' };
const flag = { type: 'boolean' };
const closed = (properties: object, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const parameters = {
  type: 'object',
  maxProperties: 50,
  additionalProperties: closed({
    type: { const: 'string' },
    name: text(100),
    title: text(100),
    description: text(1000),
    is_required: flag,
  }),
};
const RULES = closed(
  {
    display_information: closed({
      name: text(35),
      description: text(140),
      long_description: text(4000, 174),
      background_color: { type: 'string', pattern: '^#(?:[0-9a-f]{3}){1,2}$' },
    }),
    features: closed({
      app_home: closed({
        home_tab_enabled: flag,
        messages_tab_enabled: flag,
        messages_tab_read_only_enabled: flag,
      }),
      bot_user: closed({ display_name: { ...text(80), pattern: '^[a-z0-9._-]+$' }, always_online: flag }),
      shortcuts: {
        type: 'array',
        maxItems: 10,
        items: closed({
          name: text(24),
          type: { enum: ['message', 'global'] },
          callback_id: text(255),
          description: text(150),
        }),
      },
      slash_commands: {
        type: 'array',
        maxItems: 50,
        items: closed(
          {
            command: { ...text(32), pattern: '^/[a-z0-9_-]+$' },
            url: https,
            description: text(2000),
            usage_hint: text(1000),
            should_escape: flag,
          },
          ['url'],
        ),
      },
    }),
    oauth_config: closed({
      scopes: closed({ bot: { type: 'array', uniqueItems: true, maxItems: 255, items: text(100) } }),
    }),
    settings: closed(
      {
        event_subscriptions: closed(
          { request_url: https, bot_events: { type: 'array', uniqueItems: true, maxItems: 100 } },
          ['request_url'],
        ),
        interactivity: closed({ is_enabled: flag, request_url: https }, ['request_url']),
        org_deploy_enabled: flag,
        socket_mode_enabled: flag,
        token_rotation_enabled: flag,
        function_runtime: { const: 'remote' },
      },
      ['function_runtime'],
    ),
    functions: {
      type: 'object',
      additionalProperties: closed({
        title: text(100),
        description: text(1000),
        input_parameters: parameters,
        output_parameters: parameters,
      }),
    },
  },
  ['functions'],
);
const validate = new Ajv({ allErrors: true }).compile(RULES);

describe.each(MANIFESTS)('%s', (_, manifest) => {
  test('Slack’s rules hold', () => {
    validate(manifest);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('what it names is what the listeners listen to', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([COMMAND]);
    expect(manifest.features.shortcuts.map(({ callback_id: id }) => id)).toEqual(Object.values(SHORTCUTS));
    expect(Object.keys(manifest.functions ?? {})).toEqual(
      manifest.settings.function_runtime === undefined ? [] : [STEP.callbackId],
    );
  });

  test('each event has the scope it needs, and each scope is needed', () => {
    const needs: Readonly<Record<string, string | null>> = {
      app_home_opened: null,
      app_mention: 'app_mentions:read',
      'message.im': 'im:history',
      app_uninstalled: null,
      tokens_revoked: null,
      function_executed: null,
    };
    const asked = manifest.settings.event_subscriptions.bot_events.map((name) => needs[name]);
    expect(asked).not.toContain(undefined);
    const others = ['commands', 'chat:write', 'files:read'];
    const needed = [...others, ...asked.flatMap((scope) => scope ?? [])];
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(needed.toSorted());
  });
});

test('by Socket Mode Slack is given no address, over HTTP one for everything', () => {
  const [[, socket], , [, http]] = MANIFESTS;
  expect([socket.settings.socket_mode_enabled, JSON.stringify(socket)]).toEqual([
    true,
    expect.not.stringContaining('https://'),
  ]);
  expect(http.settings.socket_mode_enabled).toBe(false);
  expect(JSON.stringify(http).split(URL_AT_AWS)).toHaveLength(4);
});

test('the guide for administrators has every scope and every event with its reason', () => {
  const guide = readFileSync(fileURLToPath(new URL('../../docs/slack.md', import.meta.url)), 'utf8');
  for (const [name, reason] of [...Object.entries(SCOPES), ...Object.entries(EVENTS)]) {
    expect(guide.replaceAll(/ +/g, ' ')).toContain(`| \`${name}\` | ${reason} |`);
  }
});

describe('mailtls slack-manifest', () => {
  test.each([
    [['--socket'], MANIFESTS[0][1]],
    [['--socket', '--workflow'], MANIFESTS[1][1]],
    [['--http', 'https://abc123.execute-api.eu-west-1.amazonaws.com'], MANIFESTS[2][1]],
    [['--http', URL_AT_AWS, '--workflow'], MANIFESTS[3][1]],
  ])('%j prints it', async (args, manifest) => {
    const { status, out } = await runMailtls(['slack-manifest', ...args]);
    expect([status, JSON.parse(out)]).toEqual([0, JSON.parse(JSON.stringify(manifest))]);
  });

  test.each([
    [[]],
    [['--socket', '--http', URL_AT_AWS]],
    [['--http', 'http://a.example/']],
    [['--http', 'nonsense']],
    [['extra', '--socket']],
  ])('%j is wrong usage', async (args) => {
    const { status, out, error } = await runMailtls(['slack-manifest', ...args]);
    expect([status, out, error]).toEqual([64, '', expect.stringMatching(/^mailtls slack-manifest: .+\n$/)]);
  });
});
