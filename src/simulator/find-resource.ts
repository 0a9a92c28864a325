import { CfnElement, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { SimulatorFault } from './engine';
import type { Resource, Resources } from './template/resource';

/** The resource of the templates that a construct, or a logical id, stands for. */
export function findResource(resources: Resources, target: IConstruct | string): Resource {
  const [logicalId, stackName] = typeof target === 'string' ? [target] : templateId(target);
  const resource = resources.find(logicalId, stackName);
  if (resource) return resource;
  const machines = resources.ofType('AWS::StepFunctions::StateMachine').map((machine) => machine.logicalId);
  throw new SimulatorFault(
    `${logicalId} is not in the synthesized templates, whose state machines are: ${machines.join(', ') || 'none'}`,
  );
}

function templateId(construct: IConstruct): [string, string] {
  const element = CfnElement.isCfnElement(construct) ? construct : construct.node.defaultChild;
  if (element === undefined || !CfnElement.isCfnElement(element)) {
    throw new SimulatorFault(`${construct.node.path} is not made of one resource; give the construct that is`);
  }
  const stack = Stack.of(element);
  return [stack.resolve(element.logicalId), stack.stackName];
}
