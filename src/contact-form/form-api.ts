import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as api from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { type FieldConfig, type FormConfig, STAMP_FIELD } from './constants';
import { MESSAGES } from './runtime/refusal';

/** How many messages a form takes. */
export interface FormThrottle {
  /** How many requests a second, in the long run: more than 0. */
  readonly rate: number;

  /** How many at once: a whole number. */
  readonly burst: number;
}

/** What the API of a form needs. */
export interface FormApiProps {
  readonly handler: lambda.IFunction;
  readonly config: FormConfig;
  readonly throttle: FormThrottle;
  readonly webAclArn?: string;
  readonly cloudWatchRole: boolean;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * What API Gateway answers by itself: fixed bodies, whatever happened.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const GATEWAY_MESSAGES: [string, api.ResponseType, string][] = [
  ['Invalid', api.ResponseType.BAD_REQUEST_BODY, MESSAGES[400]],
  ['TooLarge', api.ResponseType.REQUEST_TOO_LARGE, MESSAGES[413]],
  ['Throttled', api.ResponseType.THROTTLED, 'There are too many messages at the moment. Please try again later.'],
  ['WafFiltered', api.ResponseType.WAF_FILTERED, 'The message is not valid.'],
  ['OtherRefusal', api.ResponseType.DEFAULT_4XX, 'There is nothing here.'],
  ['Failure', api.ResponseType.DEFAULT_5XX, MESSAGES[503]],
];

/** The API of a form: REST, as HTTP APIs have no models and no WAF. */
export function formApi(scope: Construct, props: FormApiProps): api.RestApi {
  const { handler, config, throttle, webAclArn, cloudWatchRole } = props;
  const accessLog = new logs.LogGroup(scope, 'AccessLogs', {
    retention: props.logRetention,
    removalPolicy: props.removalPolicy,
  });
  const rest = new api.RestApi(scope, 'Api', {
    description: `The form ${scope.node.path}`,
    endpointTypes: [api.EndpointType.REGIONAL],
    // Without the account's role for logs, API Gateway refuses a stage that has any. It is left behind: by then the
    // other APIs of the account write their logs with it.
    ...(cloudWatchRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
    cloudWatchRole,
    deployOptions: {
      stageName: 'live',
      tracingEnabled: true,
      throttlingRateLimit: throttle.rate,
      throttlingBurstLimit: throttle.burst,
      // By a request's id alone: what visitors are and write is in no log.
      accessLogDestination: new api.LogGroupLogDestination(accessLog),
      accessLogFormat: api.AccessLogFormat.custom(
        JSON.stringify({
          requestId: api.AccessLogField.contextRequestId(),
          time: api.AccessLogField.contextRequestTimeEpoch(),
          method: api.AccessLogField.contextHttpMethod(),
          status: api.AccessLogField.contextStatus(),
          milliseconds: api.AccessLogField.contextResponseLatency(),
          error: api.AccessLogField.contextErrorResponseType(),
        }),
      ),
    },
    ...(config.origins.length > 0 && {
      defaultCorsPreflightOptions: {
        allowOrigins: config.origins,
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['Content-Type'],
      },
    }),
  });
  const integration = new api.LambdaIntegration(handler, { allowTestInvoke: false });
  const get = rest.root.addMethod('GET', integration);
  const post = rest.root.addMethod('POST', integration, {
    requestModels: { 'application/json': model(rest, config) },
    requestValidator: rest.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    }),
  });
  addGatewayResponses(rest, config.origins);
  if (webAclArn !== undefined) {
    const { stageArn: resourceArn } = rest.deploymentStage;
    new wafv2.CfnWebACLAssociation(scope, 'WebAcl', { webAclArn, resourceArn });
  }
  acknowledge(rest, [get, post], webAclArn === undefined);
  return rest;
}

/**
 * The schema: an object of the form's fields. What API Gateway refuses by it gets an answer that names no field; so it
 * refuses only what no honest form sends, and a field's type, length and presence are the handler's to check.
 */
function model(rest: api.RestApi, { fields, honeypot, minFillTime, captcha }: FormConfig): api.Model {
  const others = [honeypot, ...(minFillTime ? [STAMP_FIELD] : []), ...(captcha ? [captcha.field] : [])];
  return rest.addModel('Message', {
    contentType: 'application/json',
    schema: {
      schema: api.JsonSchemaVersion.DRAFT4,
      title: 'Message',
      type: api.JsonSchemaType.OBJECT,
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(fields.map((field) => [field.name, { description: descriptionOf(field) }])),
        ...Object.fromEntries(others.map((name) => [name, {}])),
      },
    },
  });
}

function descriptionOf({ label, kind, required, maxLength }: FieldConfig): string {
  const length = kind === 'choice' || kind === 'checkbox' ? '' : ` of ${maxLength} characters at most`;
  return `${label}: ${kind}${length}, ${required ? 'required' : 'optional'}`;
}

/** Of several origins API Gateway can't tell which one asks; the site's script then sees that it got no answer. */
function addGatewayResponses(rest: api.RestApi, origins: string[]): void {
  const responseHeaders = {
    'Cache-Control': "'no-store'",
    ...(origins.length === 1 && { 'Access-Control-Allow-Origin': `'${origins[0]}'` }),
  };
  for (const [id, type, message] of GATEWAY_MESSAGES) {
    rest.addGatewayResponse(id, {
      type,
      responseHeaders,
      templates: { 'application/json': JSON.stringify({ message }) },
    });
  }
}

function acknowledge(rest: api.RestApi, methods: api.Method[], withoutWaf: boolean): void {
  const open = 'Anybody may send a message: that is what the form is for';
  for (const method of methods) {
    Validations.of(method).acknowledge(
      { id: 'AwsSolutions-APIG4', reason: open },
      { id: 'AwsSolutions-COG4', reason: open },
    );
  }
  const role = rest.node.tryFindChild('CloudWatchRole');
  if (role)
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'It is the role of the whole account for the logs of its APIs, for which AWS has this policy',
    });
  const privacy = 'The execution log would have what visitors write; the access log tells how each request ended';
  Validations.of(rest.deploymentStage).acknowledge(
    { id: 'AwsSolutions-APIG6', reason: privacy },
    ...(withoutWaf
      ? [{ id: 'AwsSolutions-APIG3', reason: 'A web ACL costs more than most forms: it is a prop of the form' }]
      : []),
  );
}
