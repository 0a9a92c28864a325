import { Arn, ArnFormat, type Duration, Token } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { invalid } from '../step/names';
import type { IWorkflow } from '../step/workflow-ref';
import { checkAliasName } from './release';
import type { WorkflowAttributes } from './workflow';

/** A workflow that another app deployed. */
export class ImportedWorkflow extends Construct implements IWorkflow {
  public readonly stateMachineArn: string;
  public readonly stateMachineName: string;
  public readonly aliasName: string;
  public readonly aliasArn: string;
  public readonly stateMachineType: sfn.StateMachineType;
  public readonly timeout: Duration;

  constructor(scope: Construct, id: string, attributes: WorkflowAttributes) {
    super(scope, id);
    const { stateMachineArn, timeout, stateMachineType = sfn.StateMachineType.STANDARD } = attributes;
    checkMachineArn(this, stateMachineArn);
    this.aliasName = checkAliasName(this, attributes.aliasName);
    this.stateMachineArn = stateMachineArn;
    this.stateMachineName = Arn.extractResourceName(stateMachineArn, 'stateMachine');
    this.aliasArn = `${stateMachineArn}:${this.aliasName}`;
    this.stateMachineType = stateMachineType;
    this.timeout = timeout;
  }
}

function checkMachineArn(scope: Construct, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const { service, resource, resourceName = '' } = Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME);
  if (service === 'states' && resource === 'stateMachine' && /^[^:]+$/.test(resourceName)) return;
  throw invalid(
    scope,
    `'${arn}' is not the ARN of a state machine; give arn:aws:states:<region>:<account>:stateMachine:<name>, and the alias by aliasName`,
  );
}
