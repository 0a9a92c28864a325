import { Stack } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { MAX_STATE_NAME } from '../step/names';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_DEFINITION = 1_048_576;

/** About as long as what a token of a definition, mostly an ARN, becomes; digits, as it may be a number. */
const TOKEN_PLACEHOLDER = '1'.repeat(100);

/** A state machine, a branch of a Parallel, or the processor of a Map. */
interface Graph {
  readonly States: { readonly [name: string]: State };
}

interface State {
  readonly Branches?: Graph[];
  readonly Iterator?: Graph;
  readonly ItemProcessor?: Graph;
  readonly Assign?: object;
  readonly Catch?: { readonly Assign?: object }[];
  readonly Choices?: { readonly Assign?: object }[];
}

/** Checks at synthesis what AWS would refuse on deployment, also in states that aren't ours. */
export function checkDefinition(scope: Construct, machine: sfn.StateMachine): void {
  scope.node.addValidation({
    validate: () => {
      const text = definitionText(machine);
      const size =
        text.length > MAX_DEFINITION
          ? [
              `the definition has ${text.length} characters, Step Functions allows ${MAX_DEFINITION}; move a part of it into a workflow of its own`,
            ]
          : [];
      return [...size, ...checkGraph(JSON.parse(text), [])];
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

/** @param outer the variables that are assigned around the graph, whose names it must not assign itself */
function checkGraph(graph: Graph, outer: string[]): string[] {
  const states = Object.entries(graph.States);
  const own = [...new Set(states.flatMap(([, state]) => assigned(state)))];
  const long = states
    .filter(([name]) => name.length > MAX_STATE_NAME)
    .map(([name]) => `the state name '${name}' has ${name.length} characters, Step Functions allows ${MAX_STATE_NAME}`);
  const taken = own
    .filter((variable) => outer.includes(variable))
    .map(
      (variable) =>
        `a state beside '${states[0][0]}' assigns the variable '${variable}', which a state around them assigns too, and Step Functions refuses; give it another name`,
    );
  const inner = states.flatMap(([, { Branches = [], Iterator: iterator, ItemProcessor }]) =>
    [...Branches, iterator, ItemProcessor].flatMap((part) => (part ? checkGraph(part, [...outer, ...own]) : [])),
  );
  return [...long, ...taken, ...inner];
}

function assigned({ Assign, Catch = [], Choices = [] }: State): string[] {
  return [Assign, ...Catch.map((item) => item.Assign), ...Choices.map((item) => item.Assign)].flatMap((assign) =>
    Object.keys(assign ?? {}).map((name) => name.replace(/\.\$$/, '')),
  );
}
