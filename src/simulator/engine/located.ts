import { queryProblem, StateProblem, WorkflowError } from './errors';
import { SimulatorFault } from './fault';
import type { Lane } from './lane';

/** What is thrown in a lane, once it is known in which state: a problem of a state is an error of the workflow. */
export function located(lane: Lane, thrown: unknown): unknown {
  if (thrown instanceof RangeError && thrown.message.includes('call stack')) {
    const { name } = lane.current.state;
    return new SimulatorFault(`The state '${name}' has data nested too deeply for the simulator`, { cause: thrown });
  }
  if (thrown instanceof RangeError && thrown.message.includes('string length')) {
    const { name } = lane.current.state;
    return new SimulatorFault(`The state '${name}' has data of which the JSON text is too long for the simulator`, {
      cause: thrown,
    });
  }
  return thrown instanceof StateProblem ? errorOf(lane, thrown) : thrown;
}

/** The error of the workflow that a problem of a state is; a problem of JSONata has an event of its own. */
function errorOf(lane: Lane, problem: StateProblem): WorkflowError {
  const { state, enteredEventId } = lane.current;
  const cause =
    `An error occurred while executing the state '${state.name}' (entered at the event id #${enteredEventId}). ` +
    problem.problem;
  if (problem.error === queryProblem('').error) {
    const { history } = lane.run;
    if (lane.lastEventId === enteredEventId) {
      // AWS: it follows what the state's first event follows, not that event.
      lane.lastEventId = history.events[enteredEventId - 1].previousEventId;
    }
    history.add(lane, 'EvaluationFailed', {
      evaluationFailedEventDetails: {
        error: problem.error,
        cause,
        ...(problem.location !== undefined && { location: problem.location }),
        state: state.name,
      },
    });
  }
  return new WorkflowError(problem.error, cause);
}
