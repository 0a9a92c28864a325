import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { afterAll, describe, expect, it } from 'vitest';
import { Saga, Step, Workflow } from '../../src';
import { type Call, Mock, Simulator } from '../../src/simulator';
import { allStates, definitions, fn, newStack } from '../fixtures';
import { cleanUp, deploy, functionPerTask } from './deploy';
import { GROUPS } from './group-shapes';
import { type Faults, predict } from './model';
import { hasWaiting, type Plan } from './plan';
import { isParking, wildcards } from './privileges';
import { SEQUENTIAL } from './shapes';

const PATTERNS: readonly [string, Plan][] = [
  ['a task', { name: 'Alone' }],
  ['a sequence', { name: 'Day', sequence: [{ name: 'A' }, { name: 'B' }] }],
  ['a parallel', { name: 'Both', parallel: [{ name: 'A' }, { name: 'B', sequence: [{ name: 'C' }, { name: 'D' }] }] }],
  [
    'a saga with a sequence and a saga as compensations',
    {
      name: 'Trip',
      saga: [
        { name: 'A', undo: { name: '', sequence: [{ name: 'One' }, { name: 'Two' }] } },
        { name: 'B', undo: { name: '', saga: [{ name: 'One', undo: true }, { name: 'Two' }] } },
      ],
    },
  ],
  // Plain CDK states come with CDK's own permissions, which are wider than need be.
  ...[...SEQUENTIAL, ...GROUPS]
    .filter(([, plan]) => !hasWaiting(plan))
    .map(([name, plan]): [string, Plan] => [`a saga: ${name}`, plan]),
];

afterAll(cleanUp);

describe.each(PATTERNS)('%s, over all paths', (_, plan) => {
  it('enters every state, is denied no call, and has no permission that is not used', async () => {
    const { stack, workflow } = deploy(plan, functionPerTask);
    const states = definitions(stack).flatMap(allStates);
    const sim = Simulator.fromStack(stack);
    const entered = new Set<string>();
    const calls: Call[] = [];
    for (const faults of paths(plan)) {
      sim.reset();
      for (const [name, { Type }] of states) {
        const error = faults.get(name)?.error;
        if (error) sim.mock(name, Mock.fails(error));
        else if (Type === 'Task' && !isParking(name)) sim.mock(name, Mock.returns({}));
      }
      const run = await sim.start(workflow);
      for (const name of run.visited) entered.add(name);
      calls.push(...run.calls);
    }
    expect([...entered].sort()).toEqual(states.map(([name]) => name).sort());
    expect(calls.filter((call) => !call.allowed)).toEqual([]);
    expect(sim.unusedPermissions(workflow)).toEqual([]);
    await sim.close();
  });

  it('has no statement for every resource but log delivery and X-Ray', () => {
    expect(wildcards(Template.fromStack(deploy(plan, functionPerTask).stack).toJSON())).toEqual([]);
  });
});

describe('a choice, over all paths', () => {
  it('is denied no call, and has no permission that is not used', async () => {
    const stack = newStack();
    const cases = ['A', 'B'].map((name) => ({
      name,
      when: `{% $input.way = '${name}' %}`,
      step: Step.invoke(fn(stack, name)),
    }));
    const workflow = new Workflow(stack, 'Ways', { definition: Step.choice({ cases }) });
    const sim = Simulator.fromStack(stack);
    for (const way of ['A', 'B']) {
      expect(sim.unusedPermissions(workflow)).not.toEqual([]);
      const run = await sim.start(workflow, { way });
      expect(run.calls.map((call) => call.verdict)).toEqual(['allowed']);
    }
    expect(sim.unusedPermissions(workflow)).toEqual([]);
    await sim.close();
  });
});

describe('the integ apps', () => {
  const integ = join(__dirname, '../../integ');
  // A test's own stack, which starts executions, is not the library's.
  const templates = readdirSync(integ, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!DeployAssert\w*)\.template\.json$/.test(path),
  );

  it.each(templates)('%s has no statement for every resource but log delivery and X-Ray', (path) => {
    expect(wildcards(JSON.parse(readFileSync(join(integ, path), 'utf8')))).toEqual([]);
  });
});

describe('the proof itself', () => {
  const oneTask = () => {
    const stack = newStack();
    const saga = new Saga(stack, 'Trip', { steps: [{ name: 'A', action: Step.invoke(fn(stack, 'F')) }] });
    return { stack, saga };
  };

  it('fails for a role that may not do what the definition does', async () => {
    const { stack, saga } = oneTask();
    const policy = saga.stateMachine.role.node.findChild('DefaultPolicy').node.defaultChild as iam.CfnPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', 'lambda:GetFunction');
    const sim = Simulator.fromStack(stack);
    const { calls } = await sim.start(saga);
    expect(new Set(calls.map((call) => call.verdict))).toEqual(new Set(['denied']));
    expect(sim.unusedPermissions(saga)).toEqual([expect.stringContaining('lambda:GetFunction')]);
    await sim.close();
  });

  it('fails for a role that may do more, and on every resource', async () => {
    const { stack, saga } = oneTask();
    saga.stateMachine.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    const sim = Simulator.fromStack(stack);
    await sim.start(saga);
    expect(sim.unusedPermissions(saga)).toEqual(['s3:GetObject on *']);
    expect(wildcards(Template.fromStack(stack).toJSON())).toEqual(['s3:GetObject']);
    await sim.close();
  });
});

/** Faults that together lead through every state: one more as long as that leads to a state that is new. */
const paths = (plan: Plan): Faults[] => {
  const seen = new Set<string>();
  const found: Faults[] = [];
  const open: Faults[] = [new Map()];
  for (let faults = open.shift(); faults; faults = open.shift()) {
    const { visits } = predict(plan, faults);
    if (visits.every(({ name }) => seen.has(name))) continue;
    found.push(faults);
    for (const { name, attempts } of visits) {
      seen.add(name);
      if (attempts > 0 && !faults.has(name)) open.push(new Map([...faults, [name, { error: 'Down', attempts: 1 }]]));
    }
  }
  return found;
};
