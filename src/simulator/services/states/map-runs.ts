import type { MapRun } from '../../engine';
import { notInTemplates } from '../not-in-templates';
import { AwsError, type Requirement } from '../service';
import { executionAt, onExecution } from './arns';
import { withoutAbsent } from './description';
import type { ExecutionBook, KnownMapRun } from './executions';
import type { Operation } from './operations';
import { page } from './page';
import { validation } from './start';

type Input = { readonly [name: string]: unknown };

const MAP_RUN = /^arn:[^:]+:states:[^:]+:\d{12}:mapRun:[^:]+:[^:]+$/;

/** The operations that have to do with the runs of Distributed Maps. */
export const MAP_RUN_OPERATIONS: { readonly [operation: string]: Operation } = {
  DescribeMapRun: {
    required: ['mapRunArn'],
    optional: [],
    requirement: (action, { mapRunArn }) => onMapRun(action, mapRunArn),
    perform: ({ mapRunArn }, { executions }) => describeMapRun(mapRunAt(mapRunArn, executions).run),
  },
  ListMapRuns: {
    required: ['executionArn'],
    optional: ['maxResults', 'nextToken'],
    requirement: (action, { executionArn }) => onExecution(action, executionArn),
    perform: (input, { executions }) => {
      const { mapRuns } = executionAt(input.executionArn, executions).execution;
      return page('mapRuns', mapRuns.map(mapRunSummary), input);
    },
  },
  UpdateMapRun: {
    required: ['mapRunArn'],
    optional: ['maxConcurrency', 'toleratedFailureCount', 'toleratedFailurePercentage'],
    requirement: (action, { mapRunArn }) => onMapRun(action, mapRunArn),
    perform: (input, { executions }) => updateMapRun(input, mapRunAt(input.mapRunArn, executions).run),
  },
};

/** What IAM judges where an ARN names a map run. */
export function onMapRun(action: string, arn: unknown): Requirement {
  if (!MAP_RUN.test(String(arn))) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  return { action, resource: String(arn) };
}

/** The map run with an ARN. */
export function mapRunAt(arn: unknown, executions: ExecutionBook): KnownMapRun {
  const found = executions.mapRun(String(arn));
  if (found) return found;
  const machineArn = String(arn).replace(':mapRun:', ':stateMachine:').replace(/\/.*$/, '');
  if (!executions.door(machineArn)) throw notInTemplates(`The state machine ${machineArn}`);
  throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
}

function describeMapRun(run: MapRun): Input {
  const { count = 0, percentage = 0 } = run.limits.tolerance;
  return withoutAbsent({
    mapRunArn: run.mapRunArn,
    executionArn: run.identity.executionArn,
    status: run.status,
    startDate: run.identity.startDate,
    stopDate: run.stopDate,
    maxConcurrency: run.limits.maxConcurrency,
    toleratedFailurePercentage: percentage,
    toleratedFailureCount: count,
    itemCounts: run.itemCounts,
    executionCounts: run.executionCounts,
    redriveCount: run.redriveCount,
    redriveDate: run.redriveDate,
  });
}

function mapRunSummary({ mapRunArn, identity, stopDate }: MapRun): Input {
  const { executionArn, stateMachineArn, startDate } = identity;
  return withoutAbsent({ executionArn, mapRunArn, stateMachineArn, startDate, stopDate });
}

function updateMapRun(input: Input, run: MapRun): Input {
  const [most, count, percentage] = Object.entries({
    maxConcurrency: Number.POSITIVE_INFINITY,
    toleratedFailureCount: Number.POSITIVE_INFINITY,
    toleratedFailurePercentage: 100,
  }).map(([name, limit]) => numberOf(name, input[name], limit));
  if (most === undefined && count === undefined && percentage === undefined) {
    throw new AwsError('ValidationException', 'At least one of the limits of the map run must be given');
  }
  if (run.status !== 'RUNNING') {
    throw new AwsError('ValidationException', `The map run is ${run.status}, and can't be updated`);
  }
  run.update({ maxConcurrency: most, count, percentage });
  return {};
}

function numberOf(name: string, value: unknown, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw validation(`Value '${value}' at '${name}' is out of its range`);
}
