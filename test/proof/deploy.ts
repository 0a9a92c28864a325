import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { type IStep, type NamedStep, type SagaStep, Step, UnknownOutcome, Workflow } from '../../src';
import { fn } from '../fixtures';
import { BUSINESS_ERROR, hasWaiting, type Plan, waitingState } from './plan';

const OUT = join(tmpdir(), `proof-${process.pid}`);

/** Removes what was synthesized: thousands of apps are not to stay behind. */
export const cleanUp = (): void => rmSync(OUT, { recursive: true, force: true });

/** The function of a task. */
type Worker = () => LambdaFunction;

/** All tasks share one function: what their names and places do is seen, and synthesis is quick. */
const shared = (stack: Stack): Worker => {
  const one = fn(stack, 'Worker');
  return () => one;
};

/** Each task has a function of its own: what is allowed for which is seen. */
export const functionPerTask = (stack: Stack): Worker => {
  let count = 0;
  return () => {
    count += 1;
    return fn(stack, `Worker${count}`);
  };
};

/** A plan, deployed: a workflow of its name in the stack `Travel`. */
export const deploy = (
  plan: Plan,
  workers: (stack: Stack) => Worker = shared,
): { stack: Stack; workflow: Workflow } => {
  mkdirSync(OUT, { recursive: true });
  const stack = new Stack(new App({ outdir: mkdtempSync(join(OUT, 'app-')) }), 'Travel');
  const definition = stepOf(plan, stack, workers(stack));
  // How long a chain of plain states takes is not known.
  const timeout = hasWaiting(plan) ? Duration.days(1) : undefined;
  return { stack, workflow: new Workflow(stack, plan.name, { definition, timeout }) };
};

const stepOf = (plan: Plan, stack: Stack, worker: Worker): IStep => {
  const { saga, sequence, parallel, choice, waits, businessErrors = [BUSINESS_ERROR] } = plan;
  const step = (inner: Plan) => stepOf(inner, stack, worker);
  const named = (inner: Plan): NamedStep => ({ name: inner.name, step: step(inner) });
  const options = { businessErrors: [...businessErrors] };
  if (saga) return Step.saga({ steps: saga.map((inner) => sagaStep(inner, step)) });
  if (sequence) return Step.sequence(sequence.map(named));
  if (parallel) return Step.parallel(parallel.map(named));
  if (choice) return Step.choice({ cases: choice.map((inner, index) => ({ ...named(inner), when: when(index) })) });
  return waits ? Step.chain(waiting(plan, stack, worker()), options) : Step.invoke(worker(), options);
};

const sagaStep = (plan: Plan, step: (plan: Plan) => IStep): SagaStep => ({
  name: plan.name,
  action: plan.group ? Step.sagaGroup(plan.group.map((member) => sagaStep(member, step))) : step(plan),
  compensation: plan.undo ? step(plan.undo === true ? { name: plan.name } : plan.undo) : undefined,
  whenUnknown: plan.assumeNotDone ? UnknownOutcome.ASSUME_NOT_DONE : undefined,
  pivot: plan.pivot,
});

const when = (index: number): string => (index === 0 ? '{% true %}' : '{% $exists($input.other) %}');

const waiting = (plan: Plan, stack: Stack, worker: LambdaFunction) =>
  tasks.LambdaInvoke.jsonata(stack, waitingState(plan), {
    lambdaFunction: worker,
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: sfn.TaskInput.fromObject({ token: '{% $states.context.Task.Token %}' }),
    heartbeatTimeout: sfn.Timeout.duration(Duration.minutes(1)),
    taskTimeout: sfn.Timeout.duration(Duration.hours(1)),
    retryOnServiceExceptions: false,
  });
