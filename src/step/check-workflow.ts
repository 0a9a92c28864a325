import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './names';
import { checkPlace } from './place';
import type { IWorkflow } from './workflow-ref';

/** Refuses what a state can't run: what has no alias, and what is of another place. */
export function checkWorkflow(scope: IConstruct, state: string, workflow: IWorkflow): void {
  if (workflow?.aliasArn === undefined) {
    const what = workflow?.node?.path ?? workflow;
    throw invalid(
      scope,
      `'${state}' runs ${what}, which is no workflow with an alias; give a Workflow, or for another state machine Workflow.fromWorkflowAttributes(…)`,
    );
  }
  checkPlace(scope, `'${state}' runs`, { what: 'workflow', path: workflow.node.path, env: environmentOf(workflow) });
}

function environmentOf(workflow: IWorkflow): { region: string; account: string } {
  const arn = workflow.stateMachineArn;
  if (Token.isUnresolved(arn)) return Stack.of(workflow);
  const { region = '', account = '' } = Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME);
  return { region, account };
}
