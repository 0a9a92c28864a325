import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Approver, HumanApproval, Step, Workflow } from '../src';

/** With defaults only. An event needs nobody who has a mailbox. */
const app = new App();
const stack = new Stack(app, 'integ-human-approval');
const approval = new HumanApproval(stack, 'Approval', {
  approvers: [Approver.event()],
  timeout: Duration.minutes(5),
  removalPolicy: RemovalPolicy.DESTROY,
});
const asker = new Workflow(stack, 'Asker', {
  definition: Step.sequence([{ name: 'Ask', step: approval.ask({ question: 'Go?' }) }]),
  removalPolicy: RemovalPolicy.DESTROY,
});

const integ = new IntegTest(app, 'HumanApproval', { testCases: [stack] });
const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
  stateMachineArn: asker.aliasArn,
  name: 'unanswered',
  input: '{}',
});
start.next(
  integ.assertions
    .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
    .expect(ExpectedResult.objectLike({ status: 'FAILED', error: 'Approval.Rejected' }))
    .waitForAssertions({ totalTimeout: Duration.minutes(10) }),
);
