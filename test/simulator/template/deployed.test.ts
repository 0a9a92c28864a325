import { describe, expect, it } from 'vitest';
import { Deployed } from '../../../src/simulator/template/deployed';
import type { Resources } from '../../../src/simulator/template/resource';
import { assemblyDirectory } from './synth';

const MACHINE = 'AWS::StepFunctions::StateMachine';
const MACHINE_VERSION = 'AWS::StepFunctions::StateMachineVersion';
const FUNCTION_VERSION = 'AWS::Lambda::Version';
const RETAINED = { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'RetainExceptOnCreate' };

const release = (Resources: object, stackName?: string): string =>
  assemblyDirectory({ Resources }, undefined, stackName);

/** What is deployed after these releases. */
const deployed = (first: object, ...others: object[]): Deployed => {
  const all = new Deployed(release(first));
  for (const other of others) all.deploy(release(other));
  return all;
};

const arns = (resources: Resources, type: string): (string | undefined)[] =>
  resources.ofType(type).map(({ physicalId }) => physicalId.split(':').at(-1));

const machine = (text: string, version: object = RETAINED) => ({
  Machine: { Type: MACHINE, Properties: { DefinitionString: text, RoleArn: 'role' } },
  Version: {
    Type: MACHINE_VERSION,
    Properties: {
      StateMachineArn: { Ref: 'Machine' },
      StateMachineRevisionId: { 'Fn::GetAtt': ['Machine', 'StateMachineRevisionId'] },
    },
    ...version,
  },
});

/** A function whose version has a logical id of its own for each code, as CDK's has. */
const fn = (code: string, version: object = RETAINED) => ({
  Fn: { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: code } } },
  [`Version${code}`]: { Type: FUNCTION_VERSION, Properties: { FunctionName: { Ref: 'Fn' } }, ...version },
});

describe('a version of a state machine', () => {
  it('is published for each revision of the definition', () => {
    expect(arns(deployed(machine('a')), MACHINE_VERSION)).toEqual(['1']);
    expect(arns(deployed(machine('a'), machine('b')), MACHINE_VERSION)).toEqual(['2', '1']);
    expect(arns(deployed(machine('a'), machine('b'), machine('a')), MACHINE_VERSION)).toEqual(['3', '2', '1']);
  });

  it('stays where the definition stays, also where the tags change', () => {
    const tagged = machine('a');
    Object.assign(tagged.Machine.Properties, { Tags: [{ Key: 'team', Value: 'shop' }] });
    expect(arns(deployed(machine('a'), machine('a'), tagged), MACHINE_VERSION)).toEqual(['1']);
  });

  it('is deleted when it is replaced, unless a policy retains it', () => {
    expect(arns(deployed(machine('a', {}), machine('b', {})), MACHINE_VERSION)).toEqual(['2']);
  });

  it('keeps the definition with which it was published', () => {
    const all = deployed(machine('a'), machine('b'));
    const definitions = all.ofType(MACHINE_VERSION).map(({ release, properties }) => {
      return release.byArn(String(properties.StateMachineArn))?.properties.DefinitionString;
    });
    expect(definitions).toEqual(['b', 'a']);
  });

  it('is deleted with its state machine, whatever its policy', () => {
    const other = { Queue: { Type: 'AWS::SQS::Queue' } };
    expect(arns(deployed(machine('a'), machine('b'), other), MACHINE_VERSION)).toEqual([]);
  });

  it('that its template no longer has stays where a policy says so', () => {
    const { Machine } = machine('a');
    expect(arns(deployed(machine('a'), { Machine }), MACHINE_VERSION)).toEqual(['1']);
    expect(arns(deployed(machine('a', {}), { Machine }), MACHINE_VERSION)).toEqual([]);
  });
});

describe('a version of a function', () => {
  it('has the next number, which is never given again', () => {
    expect(arns(deployed(fn('a'), fn('b')), FUNCTION_VERSION)).toEqual(['2', '1']);
    expect(arns(deployed(fn('a', {}), fn('b', {}), fn('c', {})), FUNCTION_VERSION)).toEqual(['3']);
  });

  it('keeps its number beside others that stay', () => {
    const both = { ...fn('a'), ...fn('b') };
    expect(arns(deployed(both, both), FUNCTION_VERSION)).toEqual(['1', '2']);
    expect(arns(deployed(both, both, { ...both, ...fn('c') }), FUNCTION_VERSION)).toEqual(['1', '2', '3']);
  });

  it('that comes again is another one', () => {
    expect(arns(deployed(fn('a'), fn('b'), fn('a')), FUNCTION_VERSION)).toEqual(['3', '2', '1']);
  });

  it('stays as it was published where its logical id stays and the code changes', () => {
    const { Fn } = fn('b');
    const all = deployed(fn('a'), { ...fn('a'), Fn });
    const [version] = all.ofType(FUNCTION_VERSION);
    const published = version.release.byArn(version.physicalId.replace(/:\d+$/, ''));
    expect(published?.properties.Code).toEqual({ ZipFile: 'a' });
    expect(all.find('Fn')?.properties.Code).toEqual({ ZipFile: 'b' });
  });
});

describe('a resource', () => {
  const queue = (properties: object = {}, policies: object = {}) => ({
    Queue: { Type: 'AWS::SQS::Queue', Properties: properties, ...policies },
  });
  const other = { Other: { Type: 'AWS::SNS::Topic' } };

  it('keeps its physical id in an update', () => {
    const [before, after] = [deployed(queue()), deployed(queue(), queue({ DelaySeconds: 5 }))];
    expect(after.find('Queue')?.physicalId).toBe(before.find('Queue')?.physicalId);
    expect(after.find('Queue')?.properties.DelaySeconds).toBe(5);
  });

  it('gets another one when it is replaced', () => {
    const all = deployed(queue(), queue({ FifoQueue: true }), queue());
    const [queueNow] = all.ofType('AWS::SQS::Queue');
    expect(queueNow.physicalId).not.toBe(deployed(queue()).find('Queue')?.physicalId);
  });

  it('that is replaced stays beside the new one by its UpdateReplacePolicy alone', () => {
    const replaced = (policies: object) => deployed(queue({}, policies), queue({ FifoQueue: true }, policies));
    expect(replaced({ UpdateReplacePolicy: 'Retain' }).ofType('AWS::SQS::Queue')).toHaveLength(2);
    expect(replaced({ DeletionPolicy: 'Retain' }).ofType('AWS::SQS::Queue')).toHaveLength(1);
  });

  it('that is removed stays by its DeletionPolicy alone', () => {
    const removed = (policies: object) => deployed(queue({}, policies), other, other);
    expect(removed({ DeletionPolicy: 'Retain' }).find('Queue')).toBeDefined();
    expect(removed({ UpdateReplacePolicy: 'Retain' }).find('Queue')).toBeUndefined();
    expect(removed({}).find('Queue')).toBeUndefined();
  });

  it('fails to be a nested stack that is left behind', () => {
    const nested = { Type: 'AWS::CloudFormation::Stack', DeletionPolicy: 'Retain', Properties: { TemplateURL: 'x' } };
    expect(() => deployed({ Nested: nested }, other)).toThrow(
      'resource Nested: a nested stack that is left behind is not supported.',
    );
  });

  it('whose condition is no longer true is removed', () => {
    const without = assemblyDirectory({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Queue: { ...queue().Queue, Condition: 'Never' } },
    });
    const all = deployed(queue());
    all.deploy(without);
    expect(all.find('Queue')).toBeUndefined();
  });

  it('fails to change its type', () => {
    expect(() => deployed(queue(), { Queue: { Type: 'AWS::SNS::Topic' } })).toThrow(
      'Stack Stack, resource Queue: CloudFormation makes no AWS::SNS::Topic of a AWS::SQS::Queue.',
    );
  });

  it('fails to take the name that another one of the release before has', () => {
    const named = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } };
    expect(() => deployed({ Queue: named }, { Renamed: named })).toThrow(
      "resource Renamed: CloudFormation can't create it under the name mail, which Stack Stack, resource Queue has.",
    );
  });

  it('fails to be replaced under a name of its own', () => {
    expect(() =>
      deployed(queue({ QueueName: 'mail.fifo' }), queue({ QueueName: 'mail.fifo', FifoQueue: true })),
    ).toThrow('under the name mail.fifo, which the one that it replaces has');
  });

  it('fails to come again under a name of its own where it was retained', () => {
    const retained = queue({ QueueName: 'mail' }, { DeletionPolicy: 'Retain' });
    expect(() => deployed(retained, other, retained)).toThrow('under the name mail');
  });
});

describe('a stack', () => {
  it('that is not deployed again stays, and the others still see what it exports', () => {
    const all = new Deployed(
      assemblyDirectory({
        Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
        Outputs: { Queue: { Value: { Ref: 'Queue' }, Export: { Name: 'queue' } } },
      }),
    );
    const name = { 'Fn::ImportValue': 'queue' };
    all.deploy(release({ Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: name } } }, 'Other'));
    expect(all.find('Topic')?.properties.DisplayName).toBe(all.find('Queue')?.physicalId);
  });
});
