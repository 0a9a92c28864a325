import { Duration } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { fn, newStack } from '../../../fixtures';
import { machine, simulate, task } from '../../simulate';

/** A workflow that invokes a function, which does something hostile where its input says so. */
const calling = (act: string) => {
  const stack = newStack('Shop');
  const handler = fn(stack, 'Fn', `if (event.hostile) { ${act} } return 'well';`, { timeout: Duration.seconds(1) });
  const call = task(stack, 'Call', 'arn:aws:states:::lambda:invoke', {
    Parameters: { FunctionName: handler.functionArn, 'Payload.$': '$' },
    OutputPath: '$.Payload',
    End: true,
  });
  const calls = machine(stack, call);
  handler.grantInvoke(calls);
  return { sim: simulate(stack), calls };
};

it.each([
  ['blocks the event loop', 'for (;;) {}', 'Sandbox.Timedout', 1000],
  ['exits', 'process.exit(1);', 'Runtime.ExitError', 0],
  ['kills its process', 'process.kill(process.pid, "SIGKILL");', 'Runtime.ExitError', 0],
  ['returns too much', 'return "x".repeat(6291456 + 101);', 'Function.ResponseSizeTooLarge', 0],
  ['leaves a rejection', 'Promise.reject(new Error("lost"));', 'Runtime.UnhandledPromiseRejection', 0],
  ['throws a text', 'throw "text";', 'string', 0],
])('a workflow whose handler %s fails with the error of Lambda, and the next one ends well', async (...row) => {
  const [, act, error, elapsed] = row;
  const { sim, calls } = calling(act);
  const run = await sim.start(calls, { hostile: true });
  expect([run.status, run.error, run.elapsed.toMilliseconds()]).toEqual(['FAILED', error, elapsed]);
  expect((await sim.start(calls)).output).toBe('well');
});
