import { type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
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

/** Where approvers open their links: an HTTP API with one function, to which it gives every request. */
export class PageApi extends Construct {
  readonly api: apigateway.HttpApi;

  constructor(
    scope: Construct,
    id: string,
    { logRetention, removalPolicy }: { logRetention: logs.RetentionDays; removalPolicy: RemovalPolicy },
  ) {
    super(scope, id);
    this.api = new apigateway.HttpApi(this, 'Api', {
      description: `The approvers of ${scope.node.path}`,
      createDefaultStage: false,
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
  serve(page: lambda.IFunction, auth: ApproverAuth): void {
    const route = new apigateway.HttpRoute(this, 'Route', {
      httpApi: this.api,
      routeKey: apigateway.HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration('Page', page),
      authorizer: auth._authorizer,
    });
    if (auth._kind !== AuthKind.SIGNED_LINK) return;
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'The signature of the link, which the function checks, is the authorization',
    });
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
