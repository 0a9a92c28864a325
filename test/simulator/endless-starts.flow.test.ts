import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { newStack } from '../fixtures';
import { simulate } from './simulate';

const START = 'arn:aws:states:::states:startExecution';
const STARTS = 'is started by the last of 1000 executions, each of which started the next one';

/** A workflow with a state that starts the workflow again. */
const startingItself = (resource: string, around: (start: object) => object) => {
  const stack = newStack('Shop');
  const arn = `arn:aws:states:us-east-1:123456789012:stateMachine:again`;
  const Parameters = { StateMachineArn: arn, Input: [1] };
  const start = { Type: 'Task', Resource: resource, Parameters, End: true };
  const again = new sfn.CfnStateMachine(stack, 'Again', {
    stateMachineName: 'again',
    roleArn: new iam.Role(stack, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: {
        All: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['states:*', 'events:*'], resources: ['*'] })],
        }),
      },
    }).roleArn,
    definition: around(start),
  });
  return { sim: simulate(stack), again };
};

const alone = (start: object) => ({ StartAt: 'Start', States: { Start: start } });

describe('a state machine that starts itself', () => {
  it.each([`${START}.sync:2`, START])(
    'fails at a depth of 1,000 with a fault that names it, by %s',
    async (resource) => {
      const { sim, again } = startingItself(resource, alone);
      const run = sim.begin(again);
      await expect(sim.settle()).rejects.toThrow(`Shop/Again ${STARTS}`);
      expect(sim.runs).toHaveLength(1_000);
      expect(run.status).toBe(resource === START ? 'SUCCEEDED' : 'ABORTED');
    },
  );

  it('fails at that depth from a child of a Distributed Map too', async () => {
    const { sim, again } = startingItself(`${START}.sync:2`, (start) => ({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            ...alone(start),
          },
          End: true,
        },
      },
    }));
    await expect(sim.start(again, [1])).rejects.toThrow(STARTS);
    expect(sim.runs).toHaveLength(500);
  });

  it('may do so day by day, without end', async () => {
    const { sim, again } = startingItself(START, (start) => ({
      StartAt: 'Day',
      States: { Day: { Type: 'Wait', Seconds: 86_400, Next: 'Start' }, Start: start },
    }));
    sim.begin(again);
    await sim.advance(Duration.days(1_100));
    expect(sim.runs).toHaveLength(1_101);
  });
});
