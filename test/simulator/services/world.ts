import { onTestFinished } from 'vitest';
import { Credentials } from '../../../src/simulator/services/credentials';
import { type Call, Dispatcher, type Judgement } from '../../../src/simulator/services/dispatcher';
import { DynamoDbService } from '../../../src/simulator/services/dynamodb/dynamodb-service';
import { Endpoint } from '../../../src/simulator/services/endpoint/endpoint';
import { Faults } from '../../../src/simulator/services/faults';
import { Integrations } from '../../../src/simulator/services/integrations/integrations';
import { LambdaService } from '../../../src/simulator/services/lambda/lambda-service';
import type { Requirement } from '../../../src/simulator/services/service';
import { SqsService } from '../../../src/simulator/services/sqs/sqs-service';
import { ACCOUNT, type FakeResource, fakeContext, REGION } from './fakes';

export const ROLE = `arn:aws:iam::${ACCOUNT}:role/workflow`;
export const TABLE_ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`;
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:parked`;
export const QUEUE_URL = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/parked`;

const TABLE: FakeResource = {
  type: 'AWS::DynamoDB::Table',
  physicalId: 'orders',
  arn: TABLE_ARN,
  properties: {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  },
};
const QUEUE: FakeResource = { type: 'AWS::SQS::Queue', physicalId: QUEUE_URL, arn: QUEUE_ARN };

/** All services together, with a table `orders`, a queue `parked`, and an IAM that allows what it is told to. */
export class World {
  readonly calls: Call[] = [];
  readonly faults: Error[] = [];
  readonly judged: string[] = [];
  readonly faultsSet = new Faults();
  readonly credentials = new Credentials();
  readonly lambda: LambdaService;
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly dispatcher: Dispatcher;
  readonly endpoint: Endpoint;
  readonly integrations: Integrations;

  constructor(functions: readonly FakeResource[] = [], isAllowed: (requirement: Requirement) => boolean = () => true) {
    const context = fakeContext([...functions, TABLE, QUEUE]);
    const { credentials } = this;
    this.lambda = new LambdaService({ context, credentials, endpoint: () => this.endpoint.url() });
    this.dynamodb = new DynamoDbService(context);
    this.sqs = new SqsService(context);
    this.dispatcher = new Dispatcher({
      services: [this.lambda, this.dynamodb, this.sqs],
      resources: context.resources,
      record: (call) => this.calls.push(call),
      authorizeService: (principal, requirement) => this.judge(principal, requirement, isAllowed(requirement)),
      faults: this.faultsSet,
      authorize: (roleArn, requirement) => this.judge(roleArn, requirement, isAllowed(requirement)),
    });
    const { dispatcher } = this;
    const onFault = (fault: Error) => void this.faults.push(fault);
    this.endpoint = new Endpoint({ dispatcher, credentials, onFault, now: context.now });
    this.integrations = new Integrations({
      executions: () => {
        throw new Error('there are no executions');
      },
      dispatcher,
      context,
      tokenJob: (token) => ({ subscribe: (report) => report({ kind: 'succeeded', output: token }), abandon: () => {} }),
    });
    onTestFinished(() => this.close());
  }

  private async close(): Promise<void> {
    await Promise.all([this.lambda.close(), this.dynamodb.close(), this.endpoint.close()]);
  }

  private judge(roleArn: string, { action, resource }: Requirement, allowed: boolean): Judgement {
    this.judged.push(`${roleArn} ${action} ${resource}`);
    const denial = `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`;
    return { allowed, reason: allowed ? 'allowed' : denial };
  }
}
