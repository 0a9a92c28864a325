import {
  aws_events as events,
  aws_iam as iam,
  aws_lambda as lambda,
  Stack,
  aws_stepfunctions as sfn,
  aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { judgeService, mayAssume } from '../../../src/simulator/iam/judge-service';
import type { Resources } from '../../../src/simulator/template/resource';
import { only, synth } from '../template/synth';
import { ACCOUNT } from './policies';

describe('a service that calls in its own name', () => {
  const build = (addTarget: (stack: Stack, rule: events.Rule) => void): Resources =>
    synth((app) => {
      const stack = new Stack(app, 'Orders');
      const rule = new events.Rule(stack, 'Rule', { eventPattern: { source: ['x'] } });
      addTarget(stack, rule);
    });
  const deliver = (resources: Resources, action: string, type: string, sourceArn?: string) =>
    judgeService(
      {
        servicePrincipal: 'events.amazonaws.com',
        action,
        resource: only(type, resources).attribute('Arn'),
        context: { 'aws:SourceArn': sourceArn ?? only('AWS::Events::Rule', resources).attribute('Arn') },
      },
      resources,
    );

  test('may where the policy of the queue lets it', () => {
    const resources = build((stack, rule) => rule.addTarget(new targets.SqsQueue(new sqs.Queue(stack, 'Inbox'))));
    expect(deliver(resources, 'sqs:SendMessage', 'AWS::SQS::Queue').allowed).toBe(true);
    expect(deliver(resources, 'sqs:SendMessage', 'AWS::SQS::Queue', 'arn:other')).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/^User: events\.amazonaws\.com .* because no resource-based policy allows/),
    });
  });

  test('may where a permission of the function lets it', () => {
    const resources = build((stack, rule) => {
      const fn = new lambda.Function(stack, 'Fn', {
        code: lambda.Code.fromInline('x'),
        handler: 'index.handler',
        runtime: lambda.Runtime.NODEJS_22_X,
      });
      rule.addTarget(new targets.LambdaFunction(fn));
    });
    expect(deliver(resources, 'lambda:InvokeFunction', 'AWS::Lambda::Function').allowed).toBe(true);
    expect(deliver(resources, 'lambda:InvokeFunction', 'AWS::Lambda::Function', 'arn:other').allowed).toBe(false);
  });

  test('may not where there is no policy at all', () => {
    const resources = build((stack) => new sqs.Queue(stack, 'Inbox'));
    expect(deliver(resources, 'sqs:SendMessage', 'AWS::SQS::Queue').allowed).toBe(false);
  });
});

describe('a service that takes on a role', () => {
  const resources = synth((app) => {
    const stack = new Stack(app, 'Orders');
    const definitionBody = sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'P'));
    new sfn.StateMachine(stack, 'Machine', { definitionBody });
  });
  const role = only('AWS::IAM::Role', resources);
  const context = (account: string) => ({
    'aws:SourceArn': `arn:aws:states:us-east-1:${account}:stateMachine:m`,
    'aws:SourceAccount': account,
  });

  test('may where the role trusts it and the conditions are met', () => {
    expect(mayAssume(role, 'states.amazonaws.com', context(ACCOUNT)).allowed).toBe(true);
  });

  test('may not where they are not met, or not known', () => {
    expect(mayAssume(role, 'states.amazonaws.com', context('999999999999')).allowed).toBe(false);
    expect(mayAssume(role, 'states.amazonaws.com').allowed).toBe(false);
  });

  test('may not where the role trusts another one', () => {
    expect(mayAssume(role, 'lambda.amazonaws.com', context(ACCOUNT))).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/sts:AssumeRole .*because no role trust policy allows/),
    });
  });

  test('may not where the trust denies it', () => {
    const denying = synth((app) => {
      const own = new iam.Role(new Stack(app, 'A'), 'Role', {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      });
      own.assumeRolePolicy?.addStatements(
        new iam.PolicyStatement({
          effect: iam.Effect.DENY,
          actions: ['sts:AssumeRole'],
          principals: [new iam.AnyPrincipal()],
        }),
      );
    });
    expect(mayAssume(only('AWS::IAM::Role', denying), 'lambda.amazonaws.com').reason).toMatch(/explicit deny/);
  });
});
