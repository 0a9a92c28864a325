import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  type App,
  CfnOutput,
  CfnResource,
  aws_lambda as lambda,
  NestedStack,
  ReferenceStrength,
  Stack,
  Stage,
  aws_stepfunctions as sfn,
  aws_sns as sns,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { stateMachineDefinition } from '../../../src/simulator/template/definition';
import { loadAssembly } from '../../../src/simulator/template/load-assembly';
import { assemblyOf, only, synth, temporaryFolder } from './synth';

/** A resource that says nothing but what it refers to. */
function probe(scope: Stack, value: unknown): void {
  new CfnResource(scope, 'Probe', { type: 'Test::Probe', properties: { Value: value } });
}

function probed(build: (app: App) => void): unknown {
  return only('Test::Probe', synth(build)).properties.Value;
}

describe('resources', () => {
  test('are found by type, by logical id and by ARN, with the path of their construct', () => {
    const resources = synth((app) => {
      new sqs.Queue(new Stack(app, 'Orders'), 'Inbox');
    });
    const queue = only('AWS::SQS::Queue', resources);
    expect(queue).toMatchObject({ stackName: 'Orders', path: 'Orders/Inbox/Resource' });
    expect(resources.find(queue.logicalId)).toBe(queue);
    expect(resources.find(queue.logicalId, 'Orders')).toBe(queue);
    expect(resources.find(queue.logicalId, 'Bills')).toBeUndefined();
    expect(resources.byArn(queue.attribute('Arn'))).toBe(queue);
    expect(resources.all()).toContain(queue);
  });

  test('fails to find a logical id that is in two stacks, unless the stack is named', () => {
    const resources = synth((app) => {
      new sns.Topic(new Stack(app, 'A'), 'T');
      new sns.Topic(new Stack(app, 'B'), 'T');
    });
    const [{ logicalId }] = resources.ofType('AWS::SNS::Topic');
    expect(() => resources.find(logicalId)).toThrow(/ambiguous: it is in the stacks A, B/);
    expect(resources.find(logicalId, 'B')?.stackName).toBe('B');
  });

  test('of stages are there, in the environment that their stack names', () => {
    const resources = synth((app) => {
      const stage = new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } });
      new sns.Topic(new Stack(stage, 'Alerts'), 'T', { topicName: 't' });
    });
    expect(only('AWS::SNS::Topic', resources)).toMatchObject({
      stackName: 'Prod-Alerts',
      physicalId: 'arn:aws:sns:eu-west-1:111122223333:t',
      path: 'Prod/Alerts/T/Resource',
    });
  });

  test('leave alone what nobody reads', () => {
    const resources = assemblyOf({
      Resources: { It: { Type: 'AWS::SQS::Queue', Properties: { Good: 1, Bad: { 'Fn::Cidr': [] } } } },
    });
    expect(only('AWS::SQS::Queue', resources).properties.Good).toBe(1);
    expect(() => only('AWS::SQS::Queue', resources).properties.Bad).toThrow(/Fn::Cidr/);
  });

  test('fails on a template that a macro would change', () => {
    expect(() => assemblyOf({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} })).toThrow(/Serverless/);
    expect(() => assemblyOf({ Resources: { 'Fn::ForEach::Each': [] } })).toThrow(/Fn::ForEach::Each .*no Type/);
  });

  test('fails on a folder that is no assembly', () => {
    expect(() => loadAssembly(temporaryFolder())).toThrow(/no manifest\.json/);
  });
});

describe('references between stacks', () => {
  test('by export and import give the value', () => {
    const resources = synth((app) => {
      const queue = new sqs.Queue(new Stack(app, 'A'), 'Q');
      probe(new Stack(app, 'B'), queue.queueArn);
    });
    const arn = only('AWS::SQS::Queue', resources).attribute('Arn');
    expect(only('Test::Probe', resources).properties.Value).toBe(arn);
  });

  test('that are weak give the value', () => {
    const resources = synth((app) => {
      const fn = new lambda.Function(new Stack(app, 'A'), 'F', {
        code: lambda.Code.fromInline('x'),
        handler: 'index.handler',
        runtime: lambda.Runtime.NODEJS_22_X,
      });
      probe(new Stack(app, 'B'), Stack.consumeReference(fn.currentVersion.functionArn, ReferenceStrength.WEAK));
    });
    const arn = only('AWS::Lambda::Version', resources).physicalId;
    expect(arn).toMatch(/:function:A-F[^:]*:1$/);
    expect(only('Test::Probe', resources).properties.Value).toBe(arn);
  });

  test('fails on an import that no stack exports', () => {
    expect(() => probed((app) => probe(new Stack(app, 'B'), { 'Fn::ImportValue': 'Nothing' }))).toThrow(
      /Stack B, resource Probe, property Value.*exports Nothing/,
    );
  });

  test('fails on an output of a stack that is elsewhere', () => {
    const value = { 'Fn::GetStackOutput': { StackName: 'Gone', OutputName: 'O' } };
    expect(() => probed((app) => probe(new Stack(app, 'B'), value))).toThrow(/no stack Gone/);
  });
});

describe('nested stacks', () => {
  test('get their parameters from their parent, and give it their outputs', () => {
    const resources = synth((app) => {
      const parent = new Stack(app, 'Parent');
      const outer = new sqs.Queue(parent, 'Outer', { queueName: 'outer' });
      const nested = new NestedStack(parent, 'Nested');
      const inner = new sqs.Queue(nested, 'Inner', { queueName: 'inner' });
      new CfnResource(nested, 'In', { type: 'Test::In', properties: { Value: outer.queueArn } });
      new CfnResource(parent, 'Out', { type: 'Test::Out', properties: { Value: inner.queueName } });
    });
    expect(only('Test::In', resources).properties.Value).toBe('arn:aws:sqs:us-east-1:123456789012:outer');
    expect(only('Test::Out', resources).properties.Value).toBe('inner');
    expect(only('Test::In', resources)).toMatchObject({
      stackName: expect.stringMatching(/^Parent-NestedNestedStack/),
      path: 'Parent/Nested/In',
    });
  });

  test('fails on an output of one whose template is not in the assembly', () => {
    const build = (app: App) => {
      const stack = new Stack(app, 'Parent');
      new CfnResource(stack, 'Far', {
        type: 'AWS::CloudFormation::Stack',
        properties: { TemplateURL: 'https://s3.us-east-1.amazonaws.com/bucket/far.json' },
      });
      probe(stack, { 'Fn::GetAtt': ['Far', 'Outputs.Name'] });
    };
    expect(() => probed(build)).toThrow(/resource Far: the template of this nested stack is not in the assembly/);
  });

  test('fails on an output that one does not have', () => {
    const build = (app: App) => {
      const stack = new Stack(app, 'Parent');
      const nested = new NestedStack(stack, 'Nested');
      new CfnOutput(nested, 'Out', { value: 'x' });
      const id = stack.getLogicalId(nested.nestedStackResource as CfnResource);
      probe(stack, { 'Fn::GetAtt': [id, 'Outputs.None'] });
    };
    expect(() => probed(build)).toThrow(/has no output None/);
  });
});

describe('assets', () => {
  test('of a folder and of a file are found by what a function says of its code', () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'index.js'), 'exports.handler = async () => 1;');
    const resources = synth((app) => {
      new lambda.Function(new Stack(app, 'A'), 'F', {
        code: lambda.Code.fromAsset(folder),
        handler: 'index.handler',
        runtime: lambda.Runtime.NODEJS_22_X,
      });
    });
    const { S3Bucket, S3Key } = only('AWS::Lambda::Function', resources).properties.Code as Record<string, string>;
    expect(S3Bucket).toBe('cdk-hnb659fds-assets-123456789012-us-east-1');
    expect(fs.readdirSync(resources.assetPath(S3Bucket, S3Key) ?? '')).toEqual(['index.js']);
    expect(resources.assetPath(S3Bucket, 'other.zip')).toBeUndefined();
  });
});

describe('definitions of state machines', () => {
  const definitionOf = (build: (stack: Stack) => void): unknown => {
    const resources = synth((app) => build(new Stack(app, 'A')));
    return stateMachineDefinition(only('AWS::StepFunctions::StateMachine', resources), resources);
  };
  const machine = (properties: object) => (stack: Stack) => {
    new CfnResource(stack, 'M', {
      type: 'AWS::StepFunctions::StateMachine',
      properties: { RoleArn: 'r', ...properties },
    });
  };

  test('that hold references are resolved', () => {
    const definition = definitionOf((stack) => {
      const topic = new sns.Topic(stack, 'T', { topicName: 't' });
      const done = new sfn.Pass(stack, 'Done', { result: sfn.Result.fromObject({ topic: topic.topicArn }) });
      new sfn.StateMachine(stack, 'M', { definitionBody: sfn.DefinitionBody.fromChainable(done) });
    });
    expect(definition).toMatchObject({
      States: { Done: { Result: { topic: 'arn:aws:sns:us-east-1:123456789012:t' } } },
    });
  });

  test('in a file of their own are read, with their substitutions made', () => {
    const file = path.join(temporaryFolder(), 'machine.json');
    fs.writeFileSync(file, '{"Comment":"${what} ${other}"}');
    const definition = definitionOf((stack) => {
      new sfn.StateMachine(stack, 'M', {
        definitionBody: sfn.DefinitionBody.fromFile(file),
        definitionSubstitutions: { what: 'seen' },
      });
    });
    expect(definition).toEqual({ Comment: 'seen ${other}' });
  });

  test('as objects have their substitutions made', () => {
    const DefinitionSubstitutions = { name: 'a "b"' };
    expect(definitionOf(machine({ Definition: { Comment: ['${name}'] }, DefinitionSubstitutions }))).toEqual({
      Comment: ['a "b"'],
    });
  });

  test('fails where there is none, where it is not JSON, and where its file is elsewhere', () => {
    expect(() => definitionOf(machine({}))).toThrow(/A\.M needs exactly one definition/);
    expect(() => definitionOf(machine({ DefinitionString: 'StartAt: A' }))).toThrow(/A\.M: the definition is not JSON/);
    expect(() => definitionOf(machine({ DefinitionS3Location: { Bucket: 'b', Key: 'k' } }))).toThrow(/s3:\/\/b\/k/);
  });
});
