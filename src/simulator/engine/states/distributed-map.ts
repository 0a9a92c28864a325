import type { MapState } from '../definition';
import { WorkflowError } from '../errors';
import { failure } from '../failure-event';
import type { Computation } from '../fiber';
import { type Outcome, putOut, takeIn } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { MAP_RUN_CONCURRENCY } from '../limits';
import { located } from '../located';
import { type BatchSize, batchSizeOf, childInputs } from '../map-run/child-inputs';
import type { DistributedMap } from '../map-run/distributed';
import type { ItemList } from '../map-run/item-list';
import { MapRun, type MapRunIdentity } from '../map-run/map-run';
import { readItems } from '../map-run/read-items';
import { runChildren } from '../map-run/run-children';
import { toleranceOf } from '../map-run/tolerance';
import { writeResults } from '../map-run/write-results';
import type { Evaluation } from '../query/expression';
import { uuid } from '../random';
import { aside } from './abort';
import { integerOf } from './fields';
import { concurrencyOf, itemListOf } from './map-fields';

/** What is known of the items before the map run starts. */
interface Intake {
  /** Those of the state's input; none where they are read. */
  readonly items?: ItemList;
  /** How many to read; 0 says all. */
  readonly maxItems: number;
  readonly batchSize: BatchSize;
}

/**
 * Runs its processor in a child execution for each item or batch of items. One that is redriven redrives its map run:
 * the children that have not succeeded.
 */
export function* runDistributedMap(
  lane: Lane,
  state: MapState,
  distributed: DistributedMap,
  raw: Json,
): Computation<Outcome> {
  const { history, clock } = lane.run;
  const visit = lane.current;
  const { input } = yield* takeIn(state.flow, lane, raw);
  const at = { lane, input };
  const items = distributed.reader ? undefined : yield* itemListOf(state, at);
  history.add(lane, 'MapStateStarted', { mapStateStartedEventDetails: { length: items?.length ?? 0 } });
  const { reader, batcher } = distributed;
  const maxItems = reader?.maxItems ? yield* integerOf(reader.maxItems, at) : 0;
  const batchSize = yield* batchSizeOf(batcher, at);
  const run = visit.mapRun ? redriven(lane, visit.mapRun) : yield* begun(lane, state, distributed, at);
  visit.begun = true;
  try {
    const result = yield* work(state, distributed, run, { items, maxItems, batchSize }, at);
    history.add(lane, 'MapRunSucceeded');
    run.end('SUCCEEDED', clock.date());
    aside(lane, 'MapStateSucceeded');
    return yield* putOut(state.flow, lane, raw, result, state.next);
  } catch (error) {
    throw run.status === 'RUNNING' ? failed(lane, run, error) : error;
  }
}

function* begun(lane: Lane, state: MapState, distributed: DistributedMap, at: Evaluation): Computation<MapRun> {
  const { history, clock, identity, random, mapRuns } = lane.run;
  const maxConcurrency = yield* concurrencyOf(state, at, MAP_RUN_CONCURRENCY);
  const tolerance = yield* toleranceOf(state, distributed, at);
  const { executionType } = distributed;
  const stateMachineArn = `${identity.stateMachineArn}/${distributed.label}`;
  const id = uuid(random);
  const mapRunIdentity: MapRunIdentity = {
    mapRunArn: `${stateMachineArn.replace(':stateMachine:', ':mapRun:')}:${id}`,
    id,
    stateName: state.name,
    executionArn: identity.executionArn,
    stateMachineArn,
    stateMachineName: `${identity.stateMachineName}/${distributed.label}`,
    executionType,
    executionArnPrefix: `${stateMachineArn.replace(':stateMachine:', executionType === 'STANDARD' ? ':execution:' : ':express:')}:`,
    startDate: clock.date(),
  };
  const run = new MapRun(mapRunIdentity, { maxConcurrency, tolerance });
  mapRuns.push(run);
  lane.current.mapRun = run;
  history.add(lane, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.mapRunArn } });
  lane.run.mapRunBegins(run);
  return run;
}

function redriven(lane: Lane, run: MapRun): MapRun {
  const { mapRunArn } = run;
  run.redrive(lane.run.clock.date());
  lane.run.mapRunBegins(run);
  lane.run.history.add(lane, 'MapRunRedriven', {
    mapRunRedrivenEventDetails: { mapRunArn, redriveCount: run.redriveCount },
  });
  return run;
}

function* work(
  state: MapState,
  distributed: DistributedMap,
  run: MapRun,
  intake: Intake,
  at: Evaluation,
): Computation<Json> {
  if (!run.ready) {
    yield* takeItems(state, distributed, run, intake, at);
  }
  const tolerated = yield* runChildren(at.lane, state.processor, run);
  const result = yield* writeResults(distributed.writer, run, at);
  if (!tolerated) {
    throw new WorkflowError(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
  return result;
}

/** By itself, so that the lists that it makes aren't held while the children run. */
function* takeItems(
  state: MapState,
  distributed: DistributedMap,
  run: MapRun,
  intake: Intake,
  at: Evaluation,
): Computation<void> {
  const items = intake.items ?? (yield* readItems(state, distributed.reader, intake.maxItems, at));
  run.take(yield* childInputs(state, distributed.batcher, intake.batchSize, items, at));
}

/** What ends the map run with failure, which the history says if it is the workflow's own. */
function failed(lane: Lane, run: MapRun, error: unknown): unknown {
  const problem = located(lane, error);
  run.end('FAILED', lane.run.clock.date());
  if (problem instanceof WorkflowError) {
    lane.run.history.add(lane, 'MapRunFailed', { mapRunFailedEventDetails: failure(problem) });
  }
  return problem;
}
