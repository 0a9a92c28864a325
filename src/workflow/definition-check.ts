import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { MAX_STATE_NAME } from '../step/names';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_DEFINITION = 1_048_576;

/** About as long as what a token of a definition, mostly an ARN, becomes; digits, as it may be a number. */
const TOKEN_PLACEHOLDER = '1'.repeat(100);

/** An activity is known by its ARN alone. */
const ACTIVITY_PLACEHOLDER = 'arn:aws:states:::activity:'.padEnd(TOKEN_PLACEHOLDER.length, '1');

/** A state machine, a branch of a Parallel, or the processor of a Map. */
interface Graph {
  readonly States: { readonly [name: string]: State };
  readonly ProcessorConfig?: { readonly Mode?: string; readonly ExecutionType?: string };
}

interface State {
  readonly Resource?: string;
  readonly Label?: string;
  readonly Branches?: Graph[];
  readonly Iterator?: Graph;
  readonly ItemProcessor?: Graph;
  readonly Assign?: object;
  readonly Catch?: { readonly Assign?: object }[];
  readonly Choices?: { readonly Assign?: object }[];
}

/** Checks at synthesis what AWS would refuse on deployment, also in states that aren't ours. */
export function checkDefinition(scope: Construct, machine: sfn.StateMachine, express: boolean): void {
  scope.node.addValidation({
    validate: () => {
      const text = definitionText(machine);
      const size =
        text.length > MAX_DEFINITION
          ? [
              `the definition has ${text.length} characters, Step Functions allows ${MAX_DEFINITION}; move a part of it into a workflow of its own`,
            ]
          : [];
      const graph: Graph = JSON.parse(text);
      return [...size, ...checkGraph(graph, { outer: [], express }), ...checkLabels(graph)];
    },
  });
}

function definitionText(machine: sfn.StateMachine): string {
  const resource = machine.node.defaultChild as sfn.CfnStateMachine;
  const resolved = Stack.of(machine).resolve(resource.definitionString);
  if (typeof resolved === 'string') return resolved;
  const parts: unknown[] = resolved['Fn::Join'][1];
  const activities = activityArns(machine);
  const become = (part: unknown) => (activities.has(JSON.stringify(part)) ? ACTIVITY_PLACEHOLDER : TOKEN_PLACEHOLDER);
  return parts.map((part) => (typeof part === 'string' ? part : become(part))).join('');
}

/** How a template says the ARNs of activities, its own and those of other stacks. */
function activityArns(machine: sfn.StateMachine): Set<string> {
  const activities = machine.node.root.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .filter((resource) => resource.cfnResourceType === 'AWS::StepFunctions::Activity');
  return new Set(activities.map((activity) => JSON.stringify(Stack.of(machine).resolve(activity.ref))));
}

/** What a graph stands in. */
interface Around {
  /** The variables that are assigned around the graph, whose names it must not assign itself. */
  readonly outer: string[];
  /** Whether an Express workflow runs it. */
  readonly express: boolean;
}

function checkGraph(graph: Graph, { outer, express }: Around): string[] {
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
  const refused = express ? states.flatMap(([name, state]) => standardOnly(name, state)) : [];
  const inner = states.flatMap(([, state]) =>
    parts(state).flatMap((part) =>
      checkGraph(part, {
        outer: [...outer, ...own],
        express:
          part.ProcessorConfig?.Mode === DISTRIBUTED ? part.ProcessorConfig.ExecutionType === 'EXPRESS' : express,
      }),
    ),
  );
  return [...long, ...taken, ...refused, ...inner];
}

/**
 * The executions of a Distributed Map's items are named by its label.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
function checkLabels(graph: Graph): string[] {
  const labels = labelsIn(graph);
  const twice = new Set(labels.filter((label, index) => labels.indexOf(label) !== index));
  return [...twice].map(
    (label) => `several Distributed Maps have the label '${label}', which has to be unique in a state machine`,
  );
}

function labelsIn(graph: Graph): string[] {
  return Object.values(graph.States).flatMap((state) => [state.Label ?? [], ...parts(state).map(labelsIn)].flat());
}

const DISTRIBUTED = 'DISTRIBUTED';

function parts({ Branches = [], Iterator: iterator, ItemProcessor }: State): Graph[] {
  return [...Branches, iterator, ItemProcessor].filter((part) => part !== undefined);
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html */
function standardOnly(name: string, state: State): string[] {
  const { Resource = '' } = state;
  const what = [
    /\.waitForTaskToken$/.test(Resource) && 'waits for a task token',
    /\.sync(:\d+)?$/.test(Resource) && 'waits for the end of a job',
    /:activity:/.test(Resource) && 'is an activity',
    parts(state).some((part) => part.ProcessorConfig?.Mode === DISTRIBUTED) && 'is a Distributed Map',
  ];
  return what
    .filter((found) => found !== false)
    .map((found) => `the state '${name}' ${found}, which Express workflows can't; use a Standard one`);
}

function assigned({ Assign, Catch = [], Choices = [] }: State): string[] {
  return [Assign, ...Catch.map((item) => item.Assign), ...Choices.map((item) => item.Assign)].flatMap((assign) =>
    Object.keys(assign ?? {}).map((name) => name.replace(/\.\$$/, '')),
  );
}
