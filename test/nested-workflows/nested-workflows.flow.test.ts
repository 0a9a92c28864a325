import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { ChildOrder, FailurePolicy, NestedWorkflows, type NestedWorkflowsProps, Step, Workflow } from '../../src';
import { expectLeastPrivilege, Mock } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

const { EXPRESS, STANDARD } = sfn.StateMachineType;
type Policies = Partial<Record<'Identity' | 'Device' | 'Payment', FailurePolicy>>;

/** An analysis of three checks: two Standard ones, and an Express one between them. */
const analysis = (policies: Policies = {}, props: Partial<NestedWorkflowsProps> = {}) => {
  const stack = newStack();
  const check = (id: string, stateMachineType = STANDARD) =>
    new Workflow(stack, `${id}Check`, {
      definition: Step.sequence([
        {
          name: `Score${id}`,
          step: Step.invoke(fn(stack, `${id}Fn`, `return { by: '${id}', input: event.input };`), {
            timeout: Duration.seconds(10),
          }),
        },
      ]),
      stateMachineType,
    });
  const workflow = new NestedWorkflows(stack, 'FraudAnalysis', {
    children: [
      { name: 'Identity', workflow: check('Identity'), failurePolicy: policies.Identity },
      { name: 'Device', workflow: check('Device', EXPRESS), failurePolicy: policies.Device },
      {
        name: 'Payment',
        workflow: check('Payment'),
        failurePolicy: policies.Payment,
        output: '{% $result.ScorePayment %}',
      },
    ],
    ...props,
  });
  return { stack, sim: simulate(stack), workflow };
};

const both = [ChildOrder.PARALLEL, ChildOrder.SEQUENCE];

describe.each(both)('workflows in %s', (order) => {
  it('give their outputs by name', async () => {
    const { sim, workflow } = analysis({}, { order });
    const run = await sim.start(workflow, { customer: 'c1' });
    expect(run.output).toMatchObject({
      Identity: { ScoreIdentity: { by: 'Identity', input: { customer: 'c1' } } },
      Device: { ScoreDevice: { by: 'Device', input: { customer: 'c1' } } },
      Payment: { by: 'Payment', input: { customer: 'c1' } },
    });
    expect(run.children.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  });

  it('are linked to the one that runs them', async () => {
    const { sim, workflow } = analysis({}, { order });
    const run = await sim.start(workflow, { customer: 'c1' });
    for (const child of run.children) {
      expect(child.history[0].executionStartedEventDetails).toMatchObject({
        input: expect.stringContaining(`"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID":"${run.executionArn}"`),
      });
    }
  });

  it.each(['Identity', 'Device', 'Payment'] as const)('fail when %s does, whose policy is failFast', async (name) => {
    const { sim, workflow } = analysis({}, { order });
    sim.mock(`Score${name}`, Mock.fails('Broken', 'why'));
    const run = await sim.start(workflow, {});
    expect(run.status).toBe('FAILED');
    expect(`${run.error} ${run.cause}`).toContain('Broken');
  });

  it.each(['Identity', 'Device', 'Payment'] as const)(
    'go on when %s fails, and fail at the end, by collect',
    async (name) => {
      const { sim, workflow } = analysis({ [name]: FailurePolicy.collect() }, { order });
      sim.mock(`Score${name}`, Mock.fails('Broken', 'why'));
      const run = await sim.start(workflow, {});
      expect([run.status, run.error]).toEqual(['FAILED', 'NestedWorkflows.ChildrenFailed']);
      expect(JSON.parse(String(run.cause))).toEqual([{ child: name, failed: true, error: 'Broken', cause: 'why' }]);
      expect(run.children.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED', 'SUCCEEDED']);
    },
  );

  it('succeed with their outputs where they may be collected but nothing failed', async () => {
    const collect = FailurePolicy.collect();
    const { sim, workflow } = analysis({ Identity: collect, Device: collect, Payment: collect }, { order });
    const run = await sim.start(workflow, { n: 1 });
    expect(run.status).toBe('SUCCEEDED');
    expect(run.output).toMatchObject({ Identity: { ScoreIdentity: { by: 'Identity' } }, Payment: { by: 'Payment' } });
  });

  it.each(['Identity', 'Device', 'Payment'] as const)(
    'succeed where the output of %s looks like a failure, which would be collected',
    async (name) => {
      const collect = FailurePolicy.collect();
      const { sim, workflow } = analysis({ Identity: collect, Device: collect, Payment: collect }, { order });
      const looks = { failed: true, error: 'none', failure: { failed: true }, result: 1 };
      sim.mock(`Score${name}`, Mock.returns(looks));
      const run = await sim.start(workflow, {});
      expect([run.status, run.error]).toEqual(['SUCCEEDED', undefined]);
      expect(run.output).toMatchObject({ [name]: name === 'Payment' ? looks : { [`Score${name}`]: looks } });
    },
  );

  it('give a null as it is where it may fail', async () => {
    const { sim, workflow } = analysis(
      { Payment: FailurePolicy.collect(), Identity: FailurePolicy.ignore('a hint') },
      { order },
    );
    sim.mock('ScorePayment', Mock.returns(null));
    const run = await sim.start(workflow, {});
    expect(run.output).toMatchObject({ Payment: null, Identity: { ScoreIdentity: {} } });
  });

  it('list every failure that was collected', async () => {
    const collect = FailurePolicy.collect();
    const { sim, workflow } = analysis({ Identity: collect, Device: collect, Payment: collect }, { order });
    sim.mock('ScoreIdentity', Mock.fails('A'));
    sim.mock('ScoreDevice', Mock.fails('B'));
    const run = await sim.start(workflow, {});
    expect(JSON.parse(String(run.cause)).map(({ child, error }: Record<string, string>) => [child, error])).toEqual([
      ['Identity', 'A'],
      ['Device', 'B'],
    ]);
  });

  it.each(['Identity', 'Device', 'Payment'] as const)(
    'succeed when %s fails, which is ignored for a reason',
    async (name) => {
      const { sim, workflow } = analysis({ [name]: FailurePolicy.ignore('a hint, no more') }, { order });
      sim.mock(`Score${name}`, Mock.fails('Broken', 'why'));
      const run = await sim.start(workflow, {});
      expect(run.status).toBe('SUCCEEDED');
      expect((run.output as Record<string, unknown>)[name]).toEqual({
        failed: true,
        error: 'Broken',
        cause: 'why',
        ignored: 'a hint, no more',
      });
    },
  );

  it('have least privilege', async () => {
    const { sim, workflow } = analysis({}, { order });
    await sim.start(workflow, {});
    // The one path that stops a child: a deadline that passes, or somebody who stops the whole.
    for (const name of ['ScoreIdentity', 'ScorePayment']) {
      sim.reset();
      sim.mock(name, Mock.returns(1).after(Duration.seconds(5)));
      const stopped = sim.begin(workflow, {});
      await sim.settle();
      stopped.stop();
      await sim.settle();
    }
    expectLeastPrivilege(sim);
  });
});

describe('workflows in sequence', () => {
  it('see the results of those before them, and run after them', async () => {
    const stack = newStack();
    const score = new Workflow(stack, 'Score', {
      definition: Step.invoke(fn(stack, 'ScoreFn', 'return { score: (event.input.score ?? 0) + 1 };')),
    });
    const workflow = new NestedWorkflows(stack, 'Scores', {
      order: ChildOrder.SEQUENCE,
      children: [
        { name: 'First', workflow: score },
        { name: 'Second', workflow: score, input: '{% $results.First %}' },
      ],
    });
    const run = await simulate(stack).start(workflow, {});
    expect(run.output).toEqual({ First: { score: 1 }, Second: { score: 2 } });
  });

  it('do not go on after a failure that fails fast', async () => {
    const { sim, workflow } = analysis({}, { order: ChildOrder.SEQUENCE });
    sim.mock('ScoreIdentity', Mock.fails('Broken'));
    expect((await sim.start(workflow, {})).children).toHaveLength(1);
  });
});

describe('workflows in sequence that may fail', () => {
  it('give the others their results as they are, and their failures', async () => {
    const stack = newStack();
    const child = (id: string, body: string) =>
      new Workflow(stack, id, { definition: Step.invoke(fn(stack, `${id}Fn`, body)) });
    const workflow = new NestedWorkflows(stack, 'All', {
      order: ChildOrder.SEQUENCE,
      children: [
        {
          name: 'Bad',
          workflow: child('BadFlow', 'throw new Error("why");'),
          failurePolicy: FailurePolicy.ignore('x'),
        },
        { name: 'Odd', workflow: child('OddFlow', 'return { failed: true };'), failurePolicy: FailurePolicy.collect() },
        { name: 'Last', workflow: child('LastFlow', 'return event.input;'), input: { seen: '{% $results %}' } },
      ],
    });
    const run = await simulate(stack).start(workflow, {});
    expect(run.output).toMatchObject({
      Last: { seen: { Bad: { failed: true, error: 'Error', ignored: 'x' }, Odd: { failed: true } } },
    });
  });
});

describe('workflows at the same time', () => {
  it('are stopped where one fails fast', async () => {
    const { sim, workflow } = analysis();
    sim.mock('ScoreIdentity', Mock.returns(1).after(Duration.seconds(9)));
    sim.mock('ScorePayment', Mock.fails('Broken'));
    const run = await sim.start(workflow, {});
    expect(run.children.map(({ status }) => status)).toEqual(['ABORTED', 'SUCCEEDED', 'FAILED']);
  });

  it('are started anew by a redrive, under other names, where they have not succeeded', async () => {
    const { sim, workflow } = analysis();
    sim.mock('ScorePayment', Mock.sequence(Mock.fails('Broken'), Mock.returns({ by: 'Payment' })));
    const run = await sim.start(workflow, {});
    expect(run.status).toBe('FAILED');
    run.redrive();
    await sim.advance(Duration.minutes(2));
    expect(run.status).toBe('SUCCEEDED');
    const names = run.children.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('take an Express workflow for all where all of them are', async () => {
    const stack = newStack();
    const quick = new Workflow(stack, 'Quick', {
      definition: Step.wait(Duration.seconds(2)),
      stateMachineType: EXPRESS,
      timeout: Duration.seconds(5),
    });
    const workflow = new NestedWorkflows(stack, 'All', {
      children: ['A', 'B'].map((name) => ({ name, workflow: quick })),
      stateMachineType: EXPRESS,
    });
    const run = await simulate(stack).start(workflow, {});
    expect([run.status, run.executionArn.includes(':express:'), run.elapsed.toSeconds()]).toEqual([
      'SUCCEEDED',
      true,
      2,
    ]);
  });
});
