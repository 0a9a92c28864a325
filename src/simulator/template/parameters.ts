import { SimulatorFault } from '../engine/fault';
import type { Stack } from './stack';
import type { ParameterSource } from './template';

/** What `Ref` of a parameter gives: the given value, or its default, read as its type says. */
export function parameterValue(
  name: string,
  parameter: ParameterSource,
  given: unknown,
  stack: Stack,
  at: string,
): unknown {
  const value = given ?? parameter.Default;
  if (value === undefined) {
    throw new SimulatorFault(`${at}: the parameter ${name} of stack ${stack.name} has no default.`);
  }
  const stored = /^AWS::SSM::Parameter::Value<(.*)>$/.exec(parameter.Type);
  if (stored) {
    return typed(stored[1], storedValue(String(value), stack, at));
  }
  return typed(parameter.Type, value);
}

function typed(type: string, value: unknown): unknown {
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList && !Array.isArray(value)
    ? String(value)
        .split(',')
        .map((item) => item.trim())
    : value;
}

/** The value of a parameter of the Parameter Store, which only the assembly itself can tell. */
function storedValue(name: string, stack: Stack, at: string): string {
  const { account, region } = stack.environment;
  const stored = stack.neighbours
    .everyResource()
    .filter((resource) => resource.type === 'AWS::SSM::Parameter' && resource.exists)
    .filter(({ environment: e }) => e.account === account && e.region === region)
    .find((resource) => resource.physicalId === name);
  if (!stored) {
    throw new SimulatorFault(`${at}: the SSM parameter ${name} is not in the assembly.`);
  }
  return stored.attribute('Value');
}

/** What `Ref` of a name like `AWS::Region` gives; undefined for `AWS::NoValue`. */
export function pseudoParameter(name: string, { name: stackName, id, environment }: Stack, at: string): unknown {
  const values: { readonly [name: string]: unknown } = {
    'AWS::AccountId': environment.account,
    'AWS::NoValue': undefined,
    'AWS::NotificationARNs': [],
    'AWS::Partition': environment.partition,
    'AWS::Region': environment.region,
    'AWS::StackId': id,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': environment.urlSuffix,
  };
  if (!Object.hasOwn(values, name)) {
    throw new SimulatorFault(`${at}: the pseudo parameter ${name} is not supported.`);
  }
  return values[name];
}
