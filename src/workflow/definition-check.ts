import { Stack } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_STATE_NAME = 80;
const MAX_DEFINITION = 1_048_576;

/** About as long as what a token of a definition, mostly an ARN, becomes. */
const TOKEN_PLACEHOLDER = 'x'.repeat(100);

/** Checks at synthesis what AWS would refuse on deployment, also in states that aren't ours. */
export function checkDefinition(scope: Construct, machine: sfn.StateMachine): void {
  scope.node.addValidation({
    validate: () => {
      const text = definitionText(machine);
      const long = stateNames(JSON.parse(text)).filter((name) => name.length > MAX_STATE_NAME);
      return [
        ...long.map(
          (name) => `the state name '${name}' has ${name.length} characters, Step Functions allows ${MAX_STATE_NAME}`,
        ),
        ...(text.length > MAX_DEFINITION
          ? [
              `the definition has ${text.length} characters, Step Functions allows ${MAX_DEFINITION}; move a part of it into a workflow of its own`,
            ]
          : []),
      ];
    },
  });
}

function definitionText(machine: sfn.StateMachine): string {
  const resource = machine.node.defaultChild as sfn.CfnStateMachine;
  const resolved = Stack.of(machine).resolve(resource.definitionString);
  if (typeof resolved === 'string') return resolved;
  const parts: unknown[] = resolved['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : TOKEN_PLACEHOLDER)).join('');
}

function stateNames(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = 'States' in value ? Object.keys(value.States as object) : [];
  return [...own, ...Object.values(value).flatMap(stateNames)];
}
