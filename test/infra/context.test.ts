/** What an operator writes in `cdk.json`, and the sentence that each mistake gets. */
import { expect, test } from 'vitest';
import { readContext, settingsOfContext } from '../../infra/context.ts';
import { deploymentOfContext } from '../../infra/deployment.ts';
import { AGENT, EHLO } from './stack-template.ts';

test.each([
  [{ MAILTLS_EHLO: 'a' }, 'MAILTLS_EHLO is not a setting'],
  [{ MAILTLS_SMTP_PORT: [25] }, 'MAILTLS_SMTP_PORT must be a text, a number, true or false'],
  [{ MAILTLS_SMTP_PORT: 'smtp' }, 'MAILTLS_SMTP_PORT must be a port number from 1 to 65535'],
  [{ MAILTLS_TABLE: 'other' }, 'MAILTLS_TABLE is set by the stack'],
  [{ MAILTLS_PROBER: 'none' }, 'MAILTLS_PROBER is set by the stack'],
  [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_BOT_TOKEN is a secret and has no place here'],
  [
    { MAILTLS_SECOND_LOOK_MS: '900001' },
    'MAILTLS_SECOND_LOOK_MS must be at most 900000 on AWS, the longest delay of SQS',
  ],
  [
    { MAILTLS_DEADLINE_MS: '900000' },
    'MAILTLS_DEADLINE_MS must be at most 870000 on AWS, for Lambda ends a function at 900 s',
  ],
  [['MAILTLS_SMTP_PORT'], 'it must be an object of texts by setting name'],
  [null, 'it must be an object of texts by setting name'],
])('a mistake in the settings of cdk.json ends the synthesis: %j', (settings, sentence) => {
  expect(() => settingsOfContext(settings)).toThrow(`cdk.json, context.settings: ${sentence}.`);
});

test.each([
  [{ proper: 'vpc' }, 'proper is not one of prober, elasticIpAllocation, ipv6'],
  [{ ipv6: null }, 'ipv6 must be a text, a number, true or false'],
  [{ prober: 'lambda' }, 'prober must be vpc, agent or none'],
  [
    { prober: 'vpc', elasticIpAllocation: '198.51.100.9' },
    'elasticIpAllocation must be an allocation id, eipalloc-…',
  ],
  [{ probeConcurrency: '-1' }, 'probeConcurrency must be a whole number from 0 to 1000'],
  [{ checksAtOnce: '1' }, 'checksAtOnce must be a whole number from 2 to 1000'],
  [{ requestsPerSecond: 'many' }, 'requestsPerSecond must be a whole number from 1 to 10000'],
  [{ alarmEmail: 'ops' }, 'alarmEmail must be a mail address'],
  [{ jwtIssuer: 'http://issuer.example' }, 'jwtIssuer must be an https:// address'],
  [{ agentPrincipal: '*' }, 'agentPrincipal must be the ARN of an IAM user or role'],
  [{ ipv6: 'true' }, 'ipv6 is of prober vpc, and prober is none'],
  [{ ...AGENT, probeConcurrency: '2' }, 'probeConcurrency is of prober vpc, and prober is agent'],
  [{ prober: 'agent' }, 'prober agent needs agentPrincipal'],
  [{ ...AGENT, prober: 'none' }, 'agentPrincipal is of prober agent, and prober is none'],
  [{ jwtIssuer: 'https://issuer.example' }, 'jwtIssuer needs jwtAudience'],
  [{ jwtAudience: 'mailtls' }, 'jwtAudience needs jwtIssuer'],
  ['vpc', 'it must be an object of texts by name'],
])('a mistake in the deployment of cdk.json ends the synthesis: %j', (deployment, sentence) => {
  expect(() => deploymentOfContext(deployment)).toThrow(`cdk.json, context.deployment: ${sentence}`);
});

test('a number and a truth mean the same with quotes and without', () => {
  expect(deploymentOfContext({ prober: 'vpc', probeConcurrency: 5, ipv6: true })).toEqual(
    deploymentOfContext({ prober: 'vpc', probeConcurrency: '5', ipv6: 'true' }),
  );
  expect(settingsOfContext({ MAILTLS_SMTP_PORT: 2525, MAILTLS_PAGE_LINKS: true }).given).toEqual({
    MAILTLS_SMTP_PORT: '2525',
    MAILTLS_PAGE_LINKS: 'true',
  });
});

test('several mistakes are named at once', () => {
  expect(() => deploymentOfContext({ prober: 'x', ipv6: 'y' })).toThrow(
    'prober must be vpc, agent or none; ipv6 must be true or false.',
  );
});

test('probes that leave from AWS need a name for EHLO, other deployments do not', () => {
  expect(() => readContext({}, { prober: 'vpc' })).toThrow('prober vpc needs MAILTLS_EHLO_NAME');
  expect(readContext(EHLO, { prober: 'vpc' }).deployment.prober).toBe('vpc');
  expect(readContext({}, AGENT).deployment.prober).toBe('agent');
  expect(readContext(undefined, undefined).deployment.prober).toBe('none');
});

test('settings that are not given, or blank, keep their defaults', () => {
  expect(settingsOfContext(undefined).given).toEqual({});
  expect(settingsOfContext({ MAILTLS_EHLO_NAME: ' ' })).toMatchObject({
    given: {},
    settings: { MAILTLS_SMTP_PORT: 25, MAILTLS_EHLO_NAME: '' },
  });
});
