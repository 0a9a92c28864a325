import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

/** A public sample of a saga: two bookings, a payment, and the confirmation of both. */
export interface Sample {
  readonly name: string;
  /** Lines of the original that make its state machine: without functions, tables, blank lines and comments. */
  readonly lines: number;
  /** Whether it tells of its end by a topic. */
  readonly notifies: boolean;
}

/** Those that are found first. */
export const SAMPLES: readonly Sample[] = [
  // https://github.com/cdk-patterns/serverless at eaa0ef4, the-saga-stepfunction/typescript
  { name: 'cdk-patterns', lines: 58, notifies: false },
  // https://github.com/aws-samples/step-functions-workflows-collection at 2e9f781, saga-pattern-cdk
  { name: 'aws-samples', lines: 71, notifies: true },
];

/** What its steps are, and where any error of each leads: to its own undo, or to that of the step before. */
const STEPS = {
  First: 'Undo First',
  Second: 'Undo Second',
  Payment: 'Undo Payment',
  'Confirm First': 'Undo Payment',
  'Confirm Second': 'Undo Payment',
};

/** The state machine of a sample: its shape, with names of ours. */
export const build = (stack: Construct, { name, notifies }: Sample, fn: lambda.IFunction): sfn.StateMachine => {
  const scope = new Construct(stack, name);
  const invoke = (id: string) => new tasks.LambdaInvoke(scope, id, { lambdaFunction: fn, resultPath: `$['${id}']` });
  const topic = notifies ? new sns.Topic(scope, 'Topic') : undefined;
  const end = (id: string, state: sfn.Succeed | sfn.Fail): sfn.IChainable => {
    if (!topic) return state;
    const message = sfn.TaskInput.fromText(id);
    return new tasks.SnsPublish(scope, `Notify ${id}`, { topic, message }).next(state);
  };
  const undos = new Map<string, sfn.IChainable>();
  let undoing = end('Failure', new sfn.Fail(scope, 'Failed'));
  for (const id of ['Undo First', 'Undo Second', 'Undo Payment']) {
    undoing = invoke(id).addRetry({ maxAttempts: 3 }).next(undoing);
    undos.set(id, undoing);
  }
  const [first, ...others] = Object.entries(STEPS).map(([id, undo]) =>
    invoke(id).addCatch(undos.get(undo) as sfn.IChainable, { resultPath: '$.error' }),
  );
  const definition = [...others, end('Success', new sfn.Succeed(scope, 'Done'))].reduce<sfn.Chain>(
    (chain, state) => chain.next(state),
    sfn.Chain.start(first),
  );
  return new sfn.StateMachine(scope, 'StateMachine', { definitionBody: sfn.DefinitionBody.fromChainable(definition) });
};
