import type { Duration } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';

/** A workflow that others can run: by its alias alone. */
export interface IWorkflow extends IConstruct {
  /** The ARN of the state machine, to which AWS's permissions are given. */
  readonly stateMachineArn: string;

  /** The name of the state machine. */
  readonly stateMachineName: string;

  /** The name of the alias. */
  readonly aliasName: string;

  /** The ARN of the alias: what is started. */
  readonly aliasArn: string;

  /** Whether it is Standard or Express. */
  readonly stateMachineType: sfn.StateMachineType;

  /** How long an execution may take. */
  readonly timeout: Duration;
}
