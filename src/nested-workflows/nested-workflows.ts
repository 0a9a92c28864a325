import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Workflow, type WorkflowOptions } from '../workflow/workflow';
import { type ChildWorkflowsOptions, ChildWorkflowsStep } from './children';

/** The workflows that are run, and how the one that runs them is operated. */
export interface NestedWorkflowsProps extends ChildWorkflowsOptions, WorkflowOptions {
  /**
   * Standard, or Express: this only where all that it runs are Express as well.
   *
   * @default sfn.StateMachineType.STANDARD
   */
  readonly stateMachineType?: sfn.StateMachineType;
}

/**
 * A workflow that runs other workflows, at the same time or one after the other, each by its alias.
 *
 * Its output is `{ <child name>: <its output>, … }`.
 */
export class NestedWorkflows extends Workflow {
  constructor(scope: Construct, id: string, props: NestedWorkflowsProps) {
    super(scope, id, { ...props, definition: new ChildWorkflowsStep(props) });
  }
}
