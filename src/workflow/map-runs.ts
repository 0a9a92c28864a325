import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { DistributedMapConfig } from '../step/bind';

/** The construct id of the policy. */
export const MAP_RUN_POLICY = 'MapRunPolicy';

/**
 * Lets a state machine run the children of its Distributed Maps, which are executions of itself. In a policy of its own:
 * the state machine depends on the role's other one.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function allowMapRuns(machine: sfn.StateMachine, maps: DistributedMapConfig[]): void {
  if (maps.length === 0) return;
  const arn = (resource: string, name: string) =>
    Stack.of(machine).formatArn({
      service: 'states',
      resource,
      resourceName: `${machine.stateMachineName}${name}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const redrivable = maps.filter(({ executionType }) => executionType === sfn.StateMachineType.STANDARD);
  const policy = new iam.Policy(machine, MAP_RUN_POLICY, {
    statements: [
      new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [machine.stateMachineArn] }),
      new iam.PolicyStatement({ actions: ['states:DescribeExecution'], resources: [arn('execution', '')] }),
      new iam.PolicyStatement({
        actions: ['states:DescribeMapRun'],
        resources: maps.map(({ label }) => arn('mapRun', `/${label}`)),
      }),
      // Express executions are started anew.
      ...(redrivable.length === 0
        ? []
        : [
            new iam.PolicyStatement({
              actions: ['states:RedriveExecution'],
              resources: redrivable.map(({ label }) => arn('execution', `/${label}`)),
            }),
          ]),
    ],
  });
  policy.attachToRole(machine.role);
}
