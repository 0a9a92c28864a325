import { type App, ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { Saga, Step, Workflow } from '../../src';
import { Mock, type Run } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

/** A release: a stack of an app of its own, of the same name. */
const release = (build: (stack: Stack) => void): Stack => {
  const stack = newStack('Shop');
  build(stack);
  return stack;
};

/** A function that returns this. */
const saying = (stack: Stack, id: string, said: string): lambda.Function => fn(stack, id, `return '${said}';`);

const PAUSE = { name: 'Pause', step: Step.wait(Duration.days(7)) };

/** A workflow that pauses for a week before it invokes a function. */
const slow = (stack: Stack, target: lambda.IFunction, id = 'Slow'): Workflow =>
  new Workflow(stack, id, {
    definition: Step.sequence([PAUSE, { name: 'Say', step: Step.invoke(target) }]),
    timeout: Duration.days(8),
  });

const said = (run: Run): unknown => (run.output as { Say: unknown } | undefined)?.Say;
const verdicts = (run: Run): unknown[] => run.calls.map(({ verdict }) => verdict);

describe('a function that changes', () => {
  it('leaves running executions their own code, also over several releases', async () => {
    const build = (text: string) => release((stack) => void slow(stack, saying(stack, 'Say', text)));
    const sim = simulate(build('first'));
    const runs = [sim.begin('Shop/Slow')];
    for (const text of ['second', 'third']) {
      await sim.advance(Duration.days(1));
      await sim.deploy(build(text));
      runs.push(sim.begin('Shop/Slow'));
    }
    await sim.advance(Duration.days(8));
    expect(runs.map(said)).toEqual(['first', 'second', 'third']);
    expect(runs.flatMap(verdicts)).toEqual(['allowed', 'allowed', 'allowed']);
  });

  it('keeps the variables and the timeout of each release too', async () => {
    const build = (text: string, timeout: Duration) =>
      release((stack) => {
        const body = 'return [process.env.SAID, Math.ceil(context.getRemainingTimeInMillis() / 1000)];';
        slow(stack, fn(stack, 'Say', body, { environment: { SAID: text }, timeout }));
      });
    const sim = simulate(build('first', Duration.seconds(10)));
    const old = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(1));
    await sim.deploy(build('second', Duration.seconds(20)));
    const young = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(8));
    expect([said(old), said(young)]).toEqual([
      ['first', 10],
      ['second', 20],
    ]);
  });

  it('changes in all workflows that are given it', async () => {
    const build = (text: string) =>
      release((stack) => {
        const say = saying(stack, 'Say', text);
        slow(stack, say, 'One');
        slow(stack, say, 'Two');
      });
    const sim = simulate(build('first'));
    const old = ['Shop/One', 'Shop/Two'].map((target) => sim.begin(target));
    await sim.advance(Duration.days(1));
    await sim.deploy(build('second'));
    const young = ['Shop/One', 'Shop/Two'].map((target) => sim.begin(target));
    await sim.advance(Duration.days(8));
    expect(old.map(said)).toEqual(['first', 'first']);
    expect(young.map(said)).toEqual(['second', 'second']);
  });

  it('is pinned by what it is in the end, where it changes after it was given to a workflow', async () => {
    const build = (text: string) =>
      release((stack) => {
        const say = fn(stack, 'Say', 'return process.env.SAID;');
        slow(stack, say);
        say.addEnvironment('SAID', text);
      });
    const sim = simulate(build('first'));
    const old = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(1));
    await sim.deploy(build('second'));
    const young = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(8));
    expect([said(old), said(young)]).toEqual(['first', 'second']);
  });
});

describe('a function of another stack', () => {
  const build = (text: string): Stack => {
    const functions = newStack('Functions');
    const shop = new Stack(functions.node.root as App, 'Shop');
    slow(shop, saying(functions, 'Say', text));
    return shop;
  };

  it('may change while it is in use, and is pinned as well', async () => {
    const sim = simulate(build('first'));
    const old = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(1));
    await sim.deploy(build('second'));
    const young = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(8));
    expect([said(old), said(young)]).toEqual(['first', 'second']);
    expect([old, young].flatMap(verdicts)).toEqual(['allowed', 'allowed']);
  });
});

describe('a function that is used as it is given', () => {
  /** Two releases whose workflow gets what is made of a function. */
  const over = async (given: (handler: lambda.Function) => lambda.IFunction) => {
    const build = (text: string) =>
      release((stack) => {
        const handler = fn(stack, 'Say', `return '${text}';`, { functionName: 'say' });
        slow(stack, given(handler));
      });
    const sim = simulate(build('first'));
    const old = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(1));
    await sim.deploy(build('second'));
    const young = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(8));
    return [old, young];
  };

  it('by an alias runs the code to which the alias leads at the time', async () => {
    const runs = await over(
      (handler) => new lambda.Alias(Stack.of(handler), 'Alias', { aliasName: 'prod', version: handler.currentVersion }),
    );
    expect(runs.map(said)).toEqual(['second', 'second']);
    expect(runs.flatMap(verdicts)).toEqual(['allowed', 'allowed']);
  });

  it('by an imported ARN runs the code that it has at the time', async () => {
    const runs = await over((handler) => {
      const stack = Stack.of(handler);
      const functionArn = stack.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: 'say',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
      return lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn, sameEnvironment: true });
    });
    expect(runs.map(said)).toEqual(['second', 'second']);
    expect(runs.flatMap(verdicts)).toEqual(['allowed', 'allowed']);
  });

  it('by a version is denied to executions of the release before: the permission is for that version alone', async () => {
    const [old, young] = await over((handler) => handler.currentVersion);
    expect([old.status, said(young)]).toEqual(['FAILED', 'second']);
    expect(new Set(verdicts(old))).toEqual(new Set(['denied']));
    expect(verdicts(young)).toEqual(['allowed']);
  });
});

describe('a step that is removed while executions run', () => {
  const withStep = () => release((stack) => void slow(stack, saying(stack, 'Say', 'first')));
  const withoutStep = (keep: boolean) =>
    release((stack) => {
      const say = saying(stack, 'Say', 'first');
      const workflow = new Workflow(stack, 'Slow', {
        definition: Step.sequence([PAUSE]),
        timeout: Duration.days(8),
      });
      if (keep) workflow.keepInvokePermission(say);
    });

  it('is denied to them', async () => {
    const sim = simulate(withStep());
    const run = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(1));
    await sim.deploy(withoutStep(false));
    await sim.advance(Duration.days(8));
    expect(run.status).toBe('FAILED');
    expect(new Set(verdicts(run))).toEqual(new Set(['denied']));
    expect(run.calls[0].reason).toContain('lambda:InvokeFunction');
  });

  it('is allowed to them as long as its permission is kept', async () => {
    const sim = simulate(withStep());
    const run = sim.begin('Shop/Slow');
    await sim.advance(Duration.days(1));
    await sim.deploy(withoutStep(true));
    await sim.advance(Duration.days(8));
    expect([run.status, said(run)]).toEqual(['SUCCEEDED', 'first']);
    expect(verdicts(run)).toEqual(['allowed']);
  });
});

describe('a saga in flight', () => {
  const build = (text: string, ...more: string[]) =>
    release((stack) => {
      const step = (name: string) => ({
        name,
        action: Step.invoke(saying(stack, name, `${name} ${text}`)),
        compensation: Step.invoke(saying(stack, `Undo${name}`, `undid ${name} ${text}`)),
      });
      new Saga(stack, 'Booking', {
        steps: [
          step('Flight'),
          ...more.map(step),
          { name: 'Cool', action: Step.wait(Duration.days(7)) },
          { name: 'Charge', action: Step.invoke(fn(stack, 'Charge', `throw new Error('declined ${text}');`)) },
        ],
        timeout: Duration.days(10),
      });
    });
  const undone = (run: Run) =>
    run.calls
      .filter(({ stateName }) => stateName?.startsWith('Compensate '))
      .map(({ stateName, response }) => [stateName, response?.Payload]);

  it('compensates with the compensations of its own release', async () => {
    const sim = simulate(build('first'));
    const old = sim.begin('Shop/Booking');
    await sim.advance(Duration.days(1));
    await sim.deploy(build('second', 'Hotel'));
    const young = sim.begin('Shop/Booking');
    await sim.advance(Duration.days(8));
    expect([old.error, young.error]).toEqual(['Saga.Compensated', 'Saga.Compensated']);
    expect(undone(old)).toEqual([['Compensate Flight', '"undid Flight first"']]);
    expect(undone(young)).toEqual([
      ['Compensate Hotel', '"undid Hotel second"'],
      ['Compensate Flight', '"undid Flight second"'],
    ]);
    expect(new Set([old, young].flatMap(verdicts))).toEqual(new Set(['allowed']));
  });
});

describe('a redrive', () => {
  it('goes on with the version that the execution began with, its definition and its code', async () => {
    const build = (text: string) => release((stack) => void slow(stack, saying(stack, 'Say', text)));
    const sim = simulate(build('first'));
    sim.mock('Say', Mock.fails('Down'));
    const run = await sim.start('Shop/Slow');
    expect(run.error).toBe('Down');
    sim.reset();
    await sim.deploy(build('second'));
    run.redrive();
    await sim.settle();
    expect([run.status, said(run)]).toEqual(['SUCCEEDED', 'first']);
  });
});
