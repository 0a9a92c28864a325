import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** How to make a Map state. */
export interface MapStateProps extends sfn.MapBaseProps {
  /** What is done for each item. */
  readonly processor: sfn.IChainable;
  readonly config: sfn.ProcessorConfig;
  /** The fields of the Map beside its processor. */
  readonly fields: { readonly [field: string]: unknown };
  /** What the role of the workflow needs, exactly. */
  readonly permissions?: iam.PolicyStatement[];
}

/**
 * A Map state of ours. CDK's own gives permissions that are too wide, leaves out those of a key, and drops the writer
 * of the results without its feature flag.
 */
export class MapState extends sfn.MapBase {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: MapStateProps,
  ) {
    super(scope, id, { ...props, queryLanguage: sfn.QueryLanguage.JSONATA });
    this.addItemProcessor(new sfn.StateGraph(props.processor.startState, `the items of ${id}`), props.config);
  }

  /** Sends errors elsewhere. */
  public addCatch(handler: sfn.IChainable, props: sfn.CatchProps): void {
    super._addCatch(handler.startState, props);
  }

  public override toStateJson(topLevelQueryLanguage?: sfn.QueryLanguage): object {
    return { ...super.toStateJson(topLevelQueryLanguage), ...this.props.fields };
  }

  protected override whenBoundToGraph(graph: sfn.StateGraph): void {
    super.whenBoundToGraph(graph);
    for (const statement of this.props.permissions ?? []) graph.registerPolicyStatement(statement);
  }
}
