import { Clock, Execution, type HistoryEvent, parseDefinition, seededRandom } from '../../src/simulator/engine';
import { type Case, detailsOf, type RecordedEvent, recordedEvents } from './case';
import { eventDiffers } from './compare';
import { recordedObjects } from './objects';
import { recordedTasks } from './tasks';

/** What upstream's recordings lost of a Parallel. */
const LOST = ['ParallelStateSucceeded', 'ParallelStateFailed', 'ParallelStateExited'];

/** Replays a recorded execution. Says where the engine's history differs first, if it does. */
export async function replay(recording: Case): Promise<string | undefined> {
  try {
    const recorded = recordedEvents(recording);
    const masked = masks(recording, await run(recording, recorded));
    return isParallel(recording) ? compareSets(masked, recorded) : compareInOrder(masked, recorded);
  } catch (error) {
    return (error as Error).message;
  }
}

async function run(recording: Case, recorded: readonly RecordedEvent[]) {
  const { definition, input } = recording.execution;
  const clock = new Clock(Date.parse('2026-01-01T00:00:00Z'));
  const execution = new Execution({
    definition: parseDefinition(definition),
    input: typeof input === 'string' ? JSON.parse(input) : (input ?? {}),
    type: 'STANDARD',
    executionArn: 'arn:aws:states:us-east-1:111111111111:execution:machine:run',
    name: 'run',
    roleArn: String(detailsOf(recorded[0]).roleArn),
    stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine',
    stateMachineName: 'machine',
    tasks: recordedTasks(recording, recorded),
    objects: recordedObjects(recording),
    clock,
    random: seededRandom(1),
  });
  execution.start();
  const last = recorded[recorded.length - 1];
  if (/^Execution(Succeeded|Failed|TimedOut)$/.test(last.type)) {
    await clock.runUntil(() => execution.status !== 'RUNNING');
  } else {
    await clock.settle();
  }
  if (last.type === 'ExecutionAborted') {
    const { error, cause } = detailsOf(last);
    execution.stop(error as string | undefined, cause as string | undefined);
  }
  if (execution.fault !== undefined) {
    throw execution.fault;
  }
  return execution.history;
}

/** Our events, with upstream's placeholders in the place of what they stand for. */
function masks({ placeholders = [] }: Case, events: readonly HistoryEvent[]): HistoryEvent[] {
  const byLength = [...placeholders].sort((a, b) => b.pattern.length - a.pattern.length);
  const mask = (text: string) =>
    byLength.reduce((masked, { pattern, replacement }) => masked.split(pattern).join(replacement), text);
  return JSON.parse(mask(JSON.stringify(events))) as HistoryEvent[];
}

function isParallel({ execution: { definition } }: Case): boolean {
  return /"Type":"(Map|Parallel)"/.test(JSON.stringify(definition));
}

function compareInOrder(ours: readonly HistoryEvent[], recorded: readonly RecordedEvent[]): string | undefined {
  for (let index = 0; index < Math.max(ours.length, recorded.length); index++) {
    if (!ours[index] || !recorded[index]) {
      return `event ${index + 1}: ours ${ours[index]?.type}, recorded ${recorded[index]?.type}`;
    }
    const difference = eventDiffers(ours[index], recorded[index]);
    if (difference) {
      return `event ${index + 1} (${recorded[index].type}): ${show(difference)}`;
    }
  }
  return undefined;
}

/** Compares regardless of the order, which is not fixed below a Parallel or Map. */
function compareSets(ours: readonly HistoryEvent[], recorded: readonly RecordedEvent[]): string | undefined {
  const inOrder = compareInOrder(ours, recorded);
  if (inOrder === undefined) {
    return undefined;
  }
  const left = [...ours];
  for (const event of recorded) {
    const index = left.findIndex((other) => eventDiffers(other, event) === undefined);
    if (index < 0) {
      const nearest = left.find(({ type }) => type === event.type);
      const difference = nearest && eventDiffers(nearest, event);
      return `event ${event.id} (${event.type}): ${difference ? show(difference) : 'ours has none'}`;
    }
    left.splice(index, 1);
  }
  const lost = recorded[recorded.length - 1].id - recorded.length;
  const surplus = left.filter(({ type }) => !LOST.includes(type));
  if (surplus.length > 0 || left.length !== lost) {
    return `ours has more: ${(surplus.length > 0 ? surplus : left).map(({ id, type }) => `${id} ${type}`).join(', ')}`;
  }
  return undefined;
}

function show({ field, ours, recorded }: { field: string; ours: unknown; recorded: unknown }): string {
  return `${field}: ours ${JSON.stringify(ours)}, recorded ${JSON.stringify(recorded)}`;
}
