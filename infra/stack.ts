/** Everything mailtls has on AWS, in the order a question travels. */
import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { AGENT_PARTITION, AgentQueue } from './agent-queue.ts';
import { Alarms } from './alarms.ts';
import { CanarySchedule } from './canary-schedule.ts';
import { CheckFunction, checkSeconds } from './check-function.ts';
import { CheckQueue } from './check-queue.ts';
import type { Deployed } from './context.ts';
import { MailtlsDashboard } from './dashboard.ts';
import type { DoorFunction } from './door-function.ts';
import { type AnyTable, EvidenceTable } from './evidence-table.ts';
import { MailtlsApi, SLACK_ROUTE } from './http-api.ts';
import { HttpFunction } from './http-function.ts';
import { LinkSecret } from './link-secret.ts';
import { Measures } from './measures.ts';
import { ProbeFunction } from './probe-function.ts';
import { ProbeNetwork } from './probe-network.ts';
import {
  DOOR_ROWS,
  mayInvoke,
  mayRead,
  mayReadRows,
  mayReadSecret,
  maySend,
  mayWrite,
  mayWriteRows,
} from './rights.ts';
import { SlackFunction } from './slack-function.ts';
import { SlackSecret } from './slack-secret.ts';

/** Which rows of the table a door may read, and which it may write. */
const mayUseRows = (table: AnyTable, { reads, writes }: (typeof DOOR_ROWS)[keyof typeof DOOR_ROWS]) => [
  mayReadRows(table, reads),
  mayWriteRows(table, ['dynamodb:DeleteItem', 'dynamodb:PutItem'], writes),
];

/** Region and account stay those of whoever deploys: a stack that names them looks things up at synthesis. */
export class MailtlsStack extends Stack {
  constructor(scope: Construct, id: string, deployed: Deployed) {
    super(scope, id, { description: 'mailtls: is mail to a domain encrypted?' });
    const { given, settings, deployment } = deployed;
    const own = new EvidenceTable(this, 'Evidence');
    const evidence =
      deployment.table === '' ? own : TableV2.fromTableName(this, 'OtherEvidence', deployment.table);
    const secret = new SlackSecret(this, 'SlackSecret');
    const queue = new CheckQueue(this, 'CheckQueue', checkSeconds(settings.MAILTLS_DEADLINE_MS));
    const way = this.#wayToMailServers(deployed, evidence);

    const environment = {
      ...given,
      MAILTLS_TABLE: evidence.tableName,
      MAILTLS_CHECK_QUEUE: queue.queueUrl,
      MAILTLS_PROBER: way.prober,
    };
    // Whoever signs or opens links of pages needs their key.
    const pageLinks = settings.MAILTLS_PAGE_LINKS;
    const linkSecret = pageLinks ? new LinkSecret(this, 'LinkSecret') : null;
    const sealed =
      linkSecret === null
        ? { environment: {}, rights: [] }
        : { environment: { MAILTLS_LINK_SECRET: linkSecret.secretArn }, rights: [mayReadSecret(linkSecret)] };
    const posting = {
      environment: { MAILTLS_SLACK_SECRET: secret.secretArn, ...sealed.environment },
      rights: [mayReadSecret(secret), ...sealed.rights],
    };
    const http = new HttpFunction(this, 'Http', {
      environment: { ...environment, ...sealed.environment },
      rights: [...mayUseRows(evidence, DOOR_ROWS.http), maySend(queue), ...sealed.rights],
    });
    const slack = new SlackFunction(this, 'Slack', {
      environment: { ...environment, ...posting.environment },
      rights: [...mayUseRows(evidence, DOOR_ROWS.slack), maySend(queue), ...posting.rights],
    });
    const check = new CheckFunction(this, 'Check', {
      // Answers to a thread, a home page or a workflow step are posted with the bot's token.
      environment: { ...environment, ...way.environment, ...posting.environment },
      rights: [mayRead(evidence), mayWrite(evidence), maySend(queue), ...way.rights, ...posting.rights],
      queue,
      deadlineMs: settings.MAILTLS_DEADLINE_MS,
      atOnce: deployment.checksAtOnce,
    });
    const api = new MailtlsApi(this, 'Api', { deployment, http, slack, pageLinks });
    if (given.MAILTLS_PAGE_URL === undefined && pageLinks) {
      for (const door of [http, slack, check]) door.addEnvironment('MAILTLS_PAGE_URL', api.api.apiEndpoint);
    }

    const functions: Record<string, DoorFunction> = {
      Http: http,
      Slack: slack,
      Check: check,
      ...(way.probe === null ? {} : { Probe: way.probe }),
    };
    const measures = new Measures(this, 'Measures', {
      checkLog: check.log,
      accessLog: api.accessLog,
      slackRoute: `${SLACK_ROUTE.method} ${SLACK_ROUTE.path}`,
    });
    const probes = deployment.prober !== 'none';
    if (probes) new CanarySchedule(this, 'CanarySchedule', check);
    const { deadLetters } = queue;
    const alarms = new Alarms(this, 'Alarms', {
      email: deployment.alarmEmail,
      functions,
      deadLetters,
      evidence,
      api,
      measures,
      probes,
    });
    new MailtlsDashboard(this, 'Dashboard', {
      alarms: alarms.all,
      functions,
      queue,
      deadLetters,
      api,
      measures,
    });
    this.#say({
      Prober: ['Who connects to mail servers', deployment.prober],
      EhloName: ['Our name in EHLO', settings.MAILTLS_EHLO_NAME === '' ? '-' : settings.MAILTLS_EHLO_NAME],
      ApiUrl: ['HTTP API and pages', api.api.apiEndpoint],
      SlackRequestUrl: ['For the manifest of the Slack app', `${api.api.apiEndpoint}${SLACK_ROUTE.path}`],
      SlackSecretArn: ['Holds signingSecret and botToken of the Slack app', secret.secretArn],
      TableName: ['The evidence store', evidence.tableName],
      CheckFunctionName: ['Checks domains, asks the canaries', check.functionName],
      ...(linkSecret === null ? {} : { LinkSecretArn: ['Is the key of page links', linkSecret.secretArn] }),
      AlarmTopicArn: ['Alarms are published here', alarms.topic.topicArn],
    });
  }

  /** How the check function reaches mail servers, and what it needs for that. */
  #wayToMailServers({ deployment, settings, ...deployed }: Deployed, evidence: AnyTable) {
    const { prober, ipv6, elasticIpAllocation, probeConcurrency, agentPrincipal } = deployment;
    if (prober === 'vpc') {
      const network = new ProbeNetwork(this, 'ProbeNetwork', {
        elasticIpAllocation,
        ipv6,
        smtpPort: settings.MAILTLS_SMTP_PORT,
      });
      const probe = new ProbeFunction(this, 'Probe', {
        deployed: { ...deployed, settings },
        network,
        ipv6,
        concurrency: probeConcurrency,
      });
      this.#say({ ProbeFunctionName: ['Connects to mail servers', probe.functionName] });
      return {
        prober: 'lambda',
        environment: { MAILTLS_PROBE_FUNCTION: probe.functionArn },
        rights: [mayInvoke(probe)],
        probe,
      };
    }
    if (prober === 'agent') {
      const agent = new AgentQueue(this, 'AgentQueue', {
        evidence,
        principal: agentPrincipal,
        checkSeconds: checkSeconds(settings.MAILTLS_DEADLINE_MS),
      });
      this.#say({
        AgentQueueUrl: ['MAILTLS_AGENT_QUEUE of the agent', agent.queueUrl],
        AgentRoleArn: [
          `The role the agent takes on; it writes rows of ${AGENT_PARTITION} alone`,
          agent.agentRole.roleArn,
        ],
      });
      return {
        prober: 'agent',
        environment: { MAILTLS_AGENT_QUEUE: agent.queueUrl },
        rights: [maySend(agent)],
        probe: null,
      };
    }
    Annotations.of(this).addWarningV2(
      'mailtls:policies-only',
      'prober is none: no mail server is connected to, and answers say what domains publish, not what their servers ' +
        'do. Set prober to vpc or agent in cdk.json, context.deployment.',
    );
    return { prober: 'none', environment: {}, rights: [], probe: null };
  }

  #say(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [key, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, `${key}Output`, { key, description, value });
    }
  }
}
