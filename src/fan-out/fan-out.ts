import { Duration } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type FanOutOptions, FanOutStep } from '../step/fan-out/fan-out-step';
import type { IItemResults } from '../step/fan-out/items';
import { RESULTS_PREFIX } from '../step/fan-out/results-bucket';
import { Workflow, type WorkflowOptions } from '../workflow/workflow';

const DEFAULT_TIMEOUT = Duration.days(1);

/** What is done for each of many items, and how it is operated. */
export interface FanOutProps extends FanOutOptions, WorkflowOptions {}

/** A workflow that does a step for each of many items. All together may take a day, unless `timeout` says otherwise. */
export class FanOut extends Workflow implements IItemResults {
  /**
   * Where the results are: of each run, a `manifest.json` that names the files with what succeeded and what failed.
   *
   * @default - none where the fan-out isn't distributed: the results are its output
   */
  public readonly resultsBucket?: s3.IBucket;

  /** What the keys of the results begin with. */
  public readonly resultsPrefix: string;

  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id, { ...props, timeout: props.timeout ?? DEFAULT_TIMEOUT, definition: new FanOutStep(props) });
    const own = this.node.findChild('Definition').node.tryFindChild('Results');
    this.resultsBucket = props.resultsBucket ?? (own as s3.IBucket | undefined);
    this.resultsPrefix = `${RESULTS_PREFIX}/`;
  }
}
