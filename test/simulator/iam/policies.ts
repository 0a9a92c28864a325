import type { ContextValues } from '../../../src/simulator/iam/context';
import { judge } from '../../../src/simulator/iam/judge';
import type { Verdict } from '../../../src/simulator/iam/verdict';
import type { Resources } from '../../../src/simulator/template/resource';
import { assemblyOf } from '../template/synth';

export const ACCOUNT = '123456789012';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/worker`;
export const QUEUE_ARN = `arn:aws:sqs:us-east-1:${ACCOUNT}:inbox`;

export interface Statement {
  readonly [element: string]: unknown;
}

/** A policy document; what an allowance leaves out is what the tests mostly ask for. */
export function policy(...statements: Statement[]): object {
  return {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  };
}

/** An assembly with the role `worker`, which has an inline policy of these statements. */
export function assemblyWith(statements: Statement[], rest: { role?: object; resources?: object } = {}): Resources {
  const Policies = statements.length > 0 ? [{ PolicyName: 'own', PolicyDocument: policy(...statements) }] : [];
  return assemblyOf({
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'worker', Policies, ...rest.role } },
      ...rest.resources,
    },
  });
}

/** Whether the role may send a message to the queue `inbox`, or do what else is asked. */
export function ask(
  resources: Resources,
  request: { action?: string; resource?: string; context?: ContextValues } = {},
): Verdict {
  return judge({ principalRoleArn: ROLE_ARN, action: 'sqs:SendMessage', resource: QUEUE_ARN, ...request }, resources);
}

/** An allowance to send messages to the queue. */
export const SEND: Statement = { Action: 'sqs:SendMessage', Resource: QUEUE_ARN };
