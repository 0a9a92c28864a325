import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { StepBindOptions } from './bind';
import { inputOf, jsonata, marked, object, quote, resultsInSight, variable } from './expression';

/** What a state of ours does when it has succeeded. */
export interface Outcome {
  readonly assign?: { [name: string]: string };
  readonly outputs: string;
}

/**
 * Renders what becomes of a step's result.
 *
 * @param result the JSONata that gives the step's result
 */
export function outcome(options: StepBindOptions, result: string): Outcome {
  const own = variable('results', options.depth);
  const kept = options.recordAs === undefined ? undefined : object({ [options.recordAs]: result });
  const merged = kept && `$merge([$${own}, ${kept}])`;
  const also = Object.entries(options.assign ?? {}).map(([name, value]) => [name, withResult(value, result)]);
  const assign = marked({ ...(merged && !options.last ? { [own]: merged } : {}), ...Object.fromEntries(also) });
  return {
    assign: Object.keys(assign).length > 0 ? assign : undefined,
    outputs: jsonata(options.last ? (merged ?? result) : '$states.input'),
  };
}

function withResult(expression: string, result: string): string {
  return /\$result\b/.test(expression) ? `($result := ${result}; ${expression})` : expression;
}

/** The JSONata of what a function gets: `{ input, results, idempotencyKey }`, and what its place adds. */
export function event(options: StepBindOptions): string {
  return object({
    input: inputOf(options),
    results: resultsInSight(options),
    idempotencyKey: idempotencyKey(options),
    ...options.eventFields,
  });
}

/** The JSONata of a step's idempotency key, which is the same in each of its retries and redrives. */
export function idempotencyKey(options: StepBindOptions): string {
  return `${keyPrefix(options)} & ${quote(`#${options.path}`)}`;
}

/** The JSONata of what the idempotency keys of an execution, or of an item, begin with. */
export function keyPrefix({ item }: StepBindOptions): string {
  return item?.key ?? '$states.context.Execution.Name';
}

interface Catchable {
  addCatch(handler: sfn.IChainable, props: sfn.CatchProps): unknown;
}

/** Sends a state's errors where the options say, business errors first. */
export function addCatches(state: Catchable, options: StepBindOptions, businessErrors: string[] = []): void {
  const { onBusinessError = options.onError, onError } = options;
  const routes = [
    { to: onBusinessError, errors: businessErrors },
    // A result that is too large has happened all the same, and States.ALL doesn't match it.
    { to: onError, errors: ['States.DataLimitExceeded'] },
    { to: onError, errors: ['States.ALL'] },
  ];
  for (const { to, errors } of routes) {
    if (to === undefined || errors.length === 0) continue;
    state.addCatch(to.handler, {
      errors,
      assign: to.assign && marked(to.assign),
      outputs: jsonata(to.output ?? '$states.input'),
    });
  }
}
