import { description } from '../states/description';
import type { KnownExecution } from '../states/executions';
import { EPOCH_MILLIS, inForm } from '../states/shape';
import type { BusEvent } from './event';

/**
 * What Step Functions tells the default bus of an execution that began or ended; of Express workflows it tells nothing.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusChange(
  known: KnownExecution,
): Pick<BusEvent, 'source' | 'detail-type' | 'resources' | 'detail'> | undefined {
  if (known.door.machine.type === 'EXPRESS') return undefined;
  const { status, output, stopDate, error, cause, ...rest } = inForm(description(known), EPOCH_MILLIS) as {
    readonly [name: string]: unknown;
  };
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [known.executionArn],
    detail: {
      ...rest,
      status,
      stopDate: stopDate ?? null,
      output: output ?? null,
      error: error ?? null,
      cause: cause ?? null,
    },
  };
}
