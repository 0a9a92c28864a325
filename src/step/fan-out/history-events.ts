import * as sfn from 'aws-cdk-lib/aws-stepfunctions';

interface Graph {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: { readonly Next: string }[];
  readonly Branches?: Graph[];
  readonly ItemProcessor?: Graph;
}

/** Entered and exited; a Task is scheduled, started and succeeds in between, a Parallel or Map starts and succeeds. */
const EVENTS: { readonly [type: string]: number } = { Task: 5, Parallel: 4, Map: 4, Fail: 1 };
const OF_OTHERS = 2;
/** MapIterationStarted, MapIterationSucceeded. */
const OF_ITEM = 2;

/** About how many events an item adds to the history of its execution, by the longest way through its states. */
export function eventsOf(start: sfn.State): number {
  const reachable = sfn.State.findReachableStates(start, { includeErrorHandlers: false });
  const States = Object.fromEntries(reachable.map((state) => [state.stateId, state.toStateJson() as State]));
  return OF_ITEM + longestWay({ StartAt: start.stateId, States });
}

function longestWay({ StartAt, States }: Graph): number {
  const known = new Map<string, number>();
  const from = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    // Where a way leads back, its rounds can't be known: one is counted.
    known.set(name, 0);
    const state = States[name];
    const ways = [state.Next, state.Default, ...(state.Choices ?? []).map((choice) => choice.Next)];
    const after = Math.max(0, ...ways.map((way) => (way !== undefined && way in States ? from(way) : 0)));
    known.set(name, own(state) + after);
    return own(state) + after;
  };
  return from(StartAt);
}

function own({ Type, Branches = [], ItemProcessor }: State): number {
  const inside = [...Branches, ...(ItemProcessor ? [ItemProcessor] : [])].map(longestWay);
  return (EVENTS[Type] ?? OF_OTHERS) + inside.reduce((sum, events) => sum + events, 0);
}
