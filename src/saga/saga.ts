import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { SagaOptions } from '../step/saga';
import { Step } from '../step/step';
import type { OrderlyFailures } from '../workflow/orderly-failures';
import { Workflow, type WorkflowOptions } from '../workflow/workflow';

/** The steps of a saga, and how it is operated. */
export interface SagaProps extends SagaOptions, WorkflowOptions {}

/**
 * A workflow whose steps are undone, newest first, when a later one fails.
 *
 * It ends in `Saga.Compensated` when all that had happened was undone. A compensation that fails after its retries is
 * parked in the dead-letter queue, the others run on, and the saga ends in `Saga.PartlyCompensated`.
 */
export class Saga extends Workflow {
  /**
   * Where compensations are parked that failed after all their retries.
   *
   * @default - none where no step has a compensation
   */
  public readonly deadLetterQueue?: sqs.IQueue;

  constructor(scope: Construct, id: string, props: SagaProps) {
    super(scope, id, { ...props, definition: Step.saga(props) });
    // A saga inside a step has a queue of its own, further down.
    this.deadLetterQueue = this.deadLetterQueues.find(
      (queue) => queue.node.scope === this.node.findChild('Definition'),
    );
  }

  /**
   * How many executions failed and were compensated: all that had happened was undone, and nothing is left to do. Those
   * that need a person are `metricUnexpectedFailures`.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricCompensated(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return (this._orderlyFailures as OrderlyFailures).metric(options);
  }
}
