import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApproverAuth } from './approver-auth';
import { AuthKind, LINK_PATH } from './constants';

/** So many requests a second are let through, and so many at once: people press buttons. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

/** Tells of each request, without its path: a link is as good as a password. */
const LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  status: '$context.status',
  bytes: '$context.responseLength',
  latency: '$context.responseLatency',
});

/** Who may use the pages, and what becomes of them. */
export interface PageApiProps {
  readonly auth: ApproverAuth;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** Where approvers open their links: an HTTP API with one function, to which it gives every request. */
export class PageApi extends Construct {
  readonly api: apigateway.HttpApi;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PageApiProps,
  ) {
    super(scope, id);
    const { auth, logRetention, removalPolicy } = props;
    this.api = new apigateway.HttpApi(this, 'Api', {
      description: `The approvers of ${scope.node.path}`,
      createDefaultStage: false,
      corsPreflight: auth._app && cors(auth._app.origin),
    });
    new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(
          new logs.LogGroup(this, 'Logs', { retention: logRetention, removalPolicy }),
        ),
        format: AccessLogFormat.custom(LOG_FORMAT),
      },
    });
  }

  /** Gives all requests to the page's function, which answers those as well that ask for nothing. */
  serve(page: lambda.IFunction): void {
    const { auth } = this.props;
    const integration = new HttpLambdaIntegration('Page', page);
    const route = new apigateway.HttpRoute(this, 'Route', {
      httpApi: this.api,
      routeKey: apigateway.HttpRouteKey.DEFAULT,
      integration,
      authorizer: auth._authorizer,
    });
    if (auth._kind === AuthKind.SIGNED_LINK) {
      acknowledgeOpen(route, 'The signature of the link, which the function checks, is the authorization');
    }
    if (auth._app) this.servePreflights(integration);
  }

  /** The route of all requests asks for a token, which no browser sends with a preflight. */
  private servePreflights(integration: apigateway.HttpRouteIntegration): void {
    const route = new apigateway.HttpRoute(this, 'Preflight', {
      httpApi: this.api,
      routeKey: apigateway.HttpRouteKey.with('/{proxy+}', apigateway.HttpMethod.OPTIONS),
      integration,
    });
    acknowledgeOpen(route, 'A preflight has no token, and gets nothing but what the origin of the app may do');
  }

  /** Lets a role open links, where approvers are known by their role. */
  grantOpen(grantee: iam.IGrantable): iam.Grant {
    const links = (method: string) =>
      Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: `$default/${method}/${LINK_PATH}/*`,
      });
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: ['GET', 'HEAD', 'POST'].map(links),
    });
  }

  get url(): string {
    return this.api.apiEndpoint;
  }
}

/**
 * Lets the scripts of one origin ask. No cookie counts here, and no browser adds a token or a signature by itself: so what
 * the app's origin may send, no other site can send in its users' name.
 */
function cors(origin: string): apigateway.CorsPreflightOptions {
  const { GET, HEAD, POST } = apigateway.CorsHttpMethod;
  return {
    allowOrigins: [origin],
    allowMethods: [GET, HEAD, POST],
    allowHeaders: ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'],
    maxAge: Duration.hours(1),
  };
}

function acknowledgeOpen(route: apigateway.HttpRoute, reason: string): void {
  Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
}
