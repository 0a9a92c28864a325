import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { Mock, type Run } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task } from './simulate';

interface Given {
  /** Who the task's role trusts; the state machine's role by default. */
  readonly trusts?: (machineRole: iam.Role) => iam.IPrincipal;
  /** Whether the state machine's role may take it on. */
  readonly mayAssume?: boolean;
  /** Whether the task's role may invoke the function. */
  readonly mayInvoke?: boolean;
  readonly roleArn?: string;
}

/** A task `Do` that invokes a function with the role `Task`. */
const withCredentials = (given: Given = {}) => {
  const { trusts = (role) => role, mayAssume = true, mayInvoke = true } = given;
  const stack = newStack();
  const machineRole = new iam.Role(stack, 'MachineRole', {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
  });
  const taskRole = new iam.Role(stack, 'TaskRole', { assumedBy: trusts(machineRole) });
  const handler: lambda.Function = fn(stack, 'Handler');
  if (mayInvoke) handler.grantInvoke(taskRole);
  const roleArn = given.roleArn ?? taskRole.roleArn;
  if (mayAssume) {
    machineRole.addToPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [roleArn] }));
  }
  const fields = {
    Credentials: { RoleArn: roleArn },
    Parameters: { FunctionName: handler.functionName },
    End: true,
  };
  const workflow = machine(stack, task(stack, 'Do', 'arn:aws:states:::lambda:invoke', fields), { role: machineRole });
  return { workflow, sim: simulate(stack) };
};

const callsOf = (run: Run) =>
  run.calls.map(({ action, roleArn, verdict }) => [action, roleArn?.replace(/.*-(\w*Role).*/, '$1'), verdict]);

it("a task's call is judged as the role that it takes on", async () => {
  const { sim, workflow } = withCredentials();
  const run = await sim.start(workflow);
  expect(run.status).toBe('SUCCEEDED');
  expect(callsOf(run)).toEqual([
    ['sts:AssumeRole', 'MachineRole', 'allowed'],
    ['lambda:InvokeFunction', 'TaskRole', 'allowed'],
  ]);
  expect(sim.unusedPermissions(workflow)).toEqual([]);
});

it('a role may ask for the state machine by its external id', async () => {
  const arn = { StringLike: { 'sts:ExternalId': 'arn:aws:states:*:*:stateMachine:*' } };
  const trusts = (role: iam.Role) => new iam.PrincipalWithConditions(role, arn);
  const { sim, workflow } = withCredentials({ trusts });
  expect((await sim.start(workflow)).status).toBe('SUCCEEDED');
});

it.each<[string, Given]>([
  ["the state machine's role may not take it on", { mayAssume: false }],
  ['it trusts another', { trusts: () => new iam.ServicePrincipal('lambda.amazonaws.com') }],
])('fails where %s', async (_name, given) => {
  const { sim, workflow } = withCredentials(given);
  const run = await sim.start(workflow);
  expect([run.error, run.cause]).toEqual([
    'States.TaskFailed',
    expect.stringMatching(
      /^The role .*MachineRole.* is not authorized to assume the task state's role, .*TaskRole.*\.$/,
    ),
  ]);
  expect(callsOf(run)).toEqual([['sts:AssumeRole', 'MachineRole', 'denied']]);
});

it("fails where the task's role may not make the call", async () => {
  const { sim, workflow } = withCredentials({ mayInvoke: false });
  const run = await sim.start(workflow);
  expect(run.error).toBe('Lambda.AWSLambdaException');
  expect(run.cause).toMatch(/assumed-role\/[^ ]*TaskRole.* is not authorized to perform: lambda:InvokeFunction/);
});

const FOREIGN = 'arn:aws:iam::999999999999:role/theirs';

it('fails with a fault for a role that no template has', async () => {
  const { sim, workflow } = withCredentials({ roleArn: FOREIGN });
  await expect(sim.start(workflow)).rejects.toThrow(
    `The state 'Do': Credentials.RoleArn: The role ${FOREIGN} is not in the assembly`,
  );
});

it('a mock answers for a role that no template has, whose calls are not judged', async () => {
  const { sim, workflow } = withCredentials({ roleArn: FOREIGN });
  sim.mock('Do', Mock.returns({ ok: true }));
  const run = await sim.start(workflow);
  expect(run.status).toBe('SUCCEEDED');
  expect(run.calls.map(({ action, verdict }) => [action, verdict])).toEqual([
    ['sts:AssumeRole', 'unjudged'],
    ['lambda:InvokeFunction', 'unjudged'],
  ]);
});
