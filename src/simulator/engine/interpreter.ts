import type { State, StateGraph } from './definition';
import { StateProblem } from './errors';
import { SimulatorFault } from './fault';
import type { Computation } from './fiber';
import type { Outcome } from './flow';
import { WHOLE } from './history';
import type { Json, JsonObject } from './json';
import type { Lane } from './lane';
import { checkPayload } from './limits';
import { located } from './located';
import { recovering } from './retry';
import { runChoice } from './states/choice';
import { runFail } from './states/fail';
import { runMap } from './states/map';
import { runParallel } from './states/parallel';
import { runPass } from './states/pass';
import { runSucceed } from './states/succeed';
import { runTask } from './states/task';
import { runWait } from './states/wait';

/** Runs a graph in a lane, from its first state to its end, and gives the output of the last one. */
export function* runGraph(lane: Lane, graph: StateGraph, input: Json): Computation<Json> {
  let name = graph.startAt;
  let value = input;
  for (;;) {
    const state = stateOf(graph, name);
    enter(lane, state, value);
    const outcome =
      'retry' in state ? yield* recovering(lane, state, value, runOnce) : yield* runOnce(lane, state, value);
    exit(lane, state, outcome);
    value = outcome.output;
    if (outcome.next === undefined) {
      return value;
    }
    name = outcome.next;
  }
}

function stateOf(graph: StateGraph, name: string): State {
  const state = graph.states.get(name);
  if (!state) {
    throw new SimulatorFault(`There is no state '${name}' to go to`);
  }
  return state;
}

/** Runs a state, once; what goes wrong in it becomes an error of the workflow. */
function* runOnce(lane: Lane, state: State, input: Json): Computation<Outcome> {
  try {
    const outcome = yield* run(lane, state, input);
    checkPayload(lane.text(outcome.output), state.name);
    return outcome;
  } catch (error) {
    throw error instanceof StateProblem ? located(lane, error) : error;
  }
}

function run(lane: Lane, state: State, input: Json): Computation<Outcome> {
  switch (state.type) {
    case 'Pass':
      return runPass(lane, state, input);
    case 'Succeed':
      return runSucceed(lane, state, input);
    case 'Fail':
      return runFail(lane, state, input);
    case 'Wait':
      return runWait(lane, state, input);
    case 'Choice':
      return runChoice(lane, state, input);
    case 'Task':
      return runTask(lane, state, input);
    case 'Parallel':
      return runParallel(lane, state, input);
    case 'Map':
      return runMap(lane, state, input);
  }
}

function enter(lane: Lane, state: State, input: Json): void {
  const { history, clock } = lane.run;
  const event = history.add(lane, state.entered, {
    stateEnteredEventDetails: { name: state.name, input: lane.text(input), inputDetails: WHOLE },
  });
  lane.visit = {
    state,
    enteredEventId: event.id,
    enteredTime: clock.date(),
    retryCount: 0,
    begun: false,
    failed: false,
  };
  lane.inner = [];
}

function exit(lane: Lane, state: State, { output, assigned }: Outcome): void {
  const variables = assigned && variablesOf(lane, assigned);
  lane.run.history.add(lane, state.exited, {
    stateExitedEventDetails: {
      name: state.name,
      output: lane.text(output),
      outputDetails: WHOLE,
      ...(variables && { assignedVariables: variables, assignedVariablesDetails: WHOLE }),
    },
  });
  lane.visit = undefined;
}

function variablesOf(lane: Lane, assigned: JsonObject): { [name: string]: string } | undefined {
  const entries = Object.entries(assigned).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  for (const [name, text] of entries) {
    checkPayload(text, name);
  }
  lane.variables.assign(assigned);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
