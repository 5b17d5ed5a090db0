/**
 * The one address of mailtls on AWS. Whoever calls signs with IAM, or shows a token of the issuer in `cdk.json`;
 * only Slack's route takes anybody, and its function checks Slack's signature before anything else. With page links
 * switched on, so does the page of a domain: the function shows it to whoever's link is sealed for it.
 */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

/** Slack's commands, buttons, forms and events: the request URL of the app's manifest. */
export const SLACK_ROUTE = { method: HttpMethod.POST, path: '/slack/events' } as const;
const PAGE_ROUTE = { method: HttpMethod.GET, path: '/d/{domain}' } as const;

/** Requests that start work or carry a whole message, each with its part of what the API takes in a second. */
const COSTLY_ROUTES = [
  { method: HttpMethod.POST, path: '/v1/domains', share: 0.1 },
  { method: HttpMethod.POST, path: '/v1/domains/{domain}/checks', share: 0.2 },
  { method: HttpMethod.POST, path: '/v1/headers', share: 0.4 },
] as const;
/** Of the routes that anybody may call, less than all together, so that something is left to those who are let in. */
const SLACK_SHARE = 0.5;
const PAGE_SHARE = 0.25;
/** A burst is what two seconds may bring at once. */
const BURST_SECONDS = 2;

/** One line a request: no address, no query, no header field. `ms` includes a cold start, as Slack's patience does. */
const ACCESS_LOG =
  '{"requestId":"$context.requestId","route":"$context.routeKey","status":$context.status,"ms":$context.responseLatency}';

export interface HttpApiProps {
  readonly deployment: Deployment;
  readonly http: IFunction;
  readonly slack: IFunction;
  readonly pageLinks: boolean;
}

export class MailtlsApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, { deployment, http, slack, pageLinks }: HttpApiProps) {
    super(scope, id);
    const { requestsPerSecond } = deployment;
    this.accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new HttpApi(this, 'Api', {
      description: 'mailtls: is mail to a domain encrypted?',
      createDefaultStage: false,
    });
    const authorizer = authorizerOf(deployment);
    const anybody = new HttpNoneAuthorizer();
    const toHttp = new HttpLambdaIntegration('ToHttp', http);
    const toSlack = new HttpLambdaIntegration('ToSlack', slack);
    const route = (
      name: string,
      routeKey: HttpRouteKey,
      integration: HttpLambdaIntegration,
      access: IHttpRouteAuthorizer,
    ): HttpRoute =>
      new HttpRoute(this, name, { httpApi: this.api, routeKey, integration, authorizer: access });

    route('Default', HttpRouteKey.DEFAULT, toHttp, authorizer);
    const slackRoute = route(
      'Slack',
      HttpRouteKey.with(SLACK_ROUTE.path, SLACK_ROUTE.method),
      toSlack,
      anybody,
    );
    Validations.of(slackRoute).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Slack can sign only as Slack does. The function checks that signature, over the raw body and no older than five minutes, before it looks at the request.',
    });
    const limited = [slackRoute];
    const limits: Record<string, object> = {
      [`${SLACK_ROUTE.method} ${SLACK_ROUTE.path}`]: limit(requestsPerSecond * SLACK_SHARE),
    };
    if (pageLinks) {
      const page = route('Page', HttpRouteKey.with(PAGE_ROUTE.path, PAGE_ROUTE.method), toHttp, anybody);
      limited.push(page);
      limits[`${PAGE_ROUTE.method} ${PAGE_ROUTE.path}`] = limit(requestsPerSecond * PAGE_SHARE);
      Validations.of(page).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Switched on in cdk.json: the function shows a stored report to whoever has a link that is sealed for that domain and less than 24 hours old, and nothing to anybody else.',
      });
    }
    for (const { method, path, share } of COSTLY_ROUTES) {
      limits[`${method} ${path}`] = limit(requestsPerSecond * share);
      limited.push(route(`${method} ${path}`, HttpRouteKey.with(path, method), toHttp, authorizer));
    }
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: requestsPerSecond * BURST_SECONDS },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    const stage = this.stage.node.defaultChild;
    if (stage instanceof CfnStage) stage.routeSettings = limits;
    // A stage can limit only routes that are there.
    this.stage.node.addDependency(...limited);
  }
}

function authorizerOf({ jwtIssuer, jwtAudience }: Deployment): IHttpRouteAuthorizer {
  return jwtIssuer === ''
    ? new HttpIamAuthorizer()
    : new HttpJwtAuthorizer('Jwt', jwtIssuer, { jwtAudience: [...jwtAudience] });
}

const limit = (perSecond: number) => ({
  ThrottlingRateLimit: Math.max(1, Math.round(perSecond)),
  ThrottlingBurstLimit: Math.max(1, Math.round(perSecond * BURST_SECONDS)),
});
