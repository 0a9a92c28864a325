import type { State, StateGraph } from './definition';
import { SimulatorFault } from './fault';
import type { Computation } from './fiber';
import type { Outcome } from './flow';
import { WHOLE } from './history';
import type { Json, JsonObject } from './json';
import type { Lane } from './lane';
import { located } from './located';
import { checkOutcome, variableTexts } from './outcome';
import { recovering } from './retry';
import { runChoice } from './states/choice';
import { runFail } from './states/fail';
import { runMap } from './states/map';
import { runParallel } from './states/parallel';
import { runPass } from './states/pass';
import { runSucceed } from './states/succeed';
import { runTask } from './states/task';
import { runWait } from './states/wait';

/**
 * Runs a graph in a lane, from its first state to its end, and gives the output of the last one. A lane that is in a
 * state, because it was redriven, goes on in it.
 */
export function* runGraph(lane: Lane, graph: StateGraph, input: Json): Computation<Json> {
  let state = lane.visit ? resume(lane) : enter(lane, stateOf(graph, graph.startAt), input);
  for (;;) {
    const value = lane.current.input;
    const outcome =
      'retry' in state ? yield* recovering(lane, state, value, runOnce) : yield* runOnce(lane, state, value);
    exit(lane, state, outcome);
    if (outcome.next === undefined) {
      return lane.end(outcome.output);
    }
    state = enter(lane, stateOf(graph, outcome.next), outcome.output);
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
    checkOutcome(lane, state.name, outcome);
    return outcome;
  } catch (error) {
    throw located(lane, error);
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

function enter(lane: Lane, state: State, input: Json): State {
  const { history, clock } = lane.run;
  const event = history.add(lane, state.entered, {
    stateEnteredEventDetails: { name: state.name, input: lane.text(input), inputDetails: WHOLE },
  });
  lane.visit = {
    state,
    input,
    enteredEventId: event.id,
    enteredTime: clock.date(),
    retryCount: 0,
    begun: false,
    failed: false,
  };
  lane.inner = [];
  return state;
}

/** Goes on in the state in which the lane stopped: its retries count anew. AWS enters a Fail again, and no other. */
function resume(lane: Lane): State {
  const { state, input } = lane.current;
  if (state.type === 'Fail') {
    return enter(lane, state, input);
  }
  Object.assign(lane.current, { retryCount: 0, begun: false, failed: false });
  lane.inner = [];
  return state;
}

function exit(lane: Lane, state: State, { output, assigned }: Outcome): void {
  lane.run.history.add(lane, state.exited, {
    stateExitedEventDetails: {
      name: state.name,
      output: lane.text(output),
      outputDetails: WHOLE,
      ...(assigned && assign(lane, assigned)),
    },
  });
  lane.visit = undefined;
}

/** Assigns variables, and says so as the event that the state is left does. */
function assign(lane: Lane, assigned: JsonObject) {
  const assignedVariables = variableTexts(assigned);
  lane.variables.assign(assigned, assignedVariables);
  return Object.keys(assigned).length > 0 && { assignedVariables, assignedVariablesDetails: WHOLE };
}
