import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Lets a state machine run the children of its Distributed Maps, which are executions of itself. In a policy of its own:
 * the state machine depends on the role's other one.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function allowMapRuns(machine: sfn.StateMachine, labels: string[]): void {
  if (labels.length === 0) return;
  const ofLabel = (resource: string, label: string) =>
    Stack.of(machine).formatArn({
      service: 'states',
      resource,
      resourceName: `${machine.stateMachineName}/${label}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const policy = new iam.Policy(machine, 'MapRunPolicy', {
    statements: [
      new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [machine.stateMachineArn] }),
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
        resources: labels.map((label) => ofLabel('execution', label)),
      }),
      new iam.PolicyStatement({
        actions: ['states:DescribeMapRun'],
        resources: labels.map((label) => ofLabel('mapRun', label)),
      }),
    ],
  });
  policy.attachToRole(machine.role);
}
