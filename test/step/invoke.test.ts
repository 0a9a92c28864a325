import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { type InvokeOptions, Step, Workflow } from '../../src';
import { definitions, fn, newStack } from '../fixtures';

const state = (options?: InvokeOptions, functionTimeout?: Duration) => {
  const stack = newStack();
  const definition = Step.invoke(fn(stack, 'ChargeFn', undefined, { timeout: functionTimeout }), options);
  new Workflow(stack, 'Charge', { definition });
  return definitions(stack)[0].States.Charge;
};

describe('retries', () => {
  it('are throttling first, then service faults, then what the step declares, each with full jitter and a cap', () => {
    const retry = state({ retryOn: ['Busy'] }).Retry ?? [];
    expect(retry.map(({ ErrorEquals, MaxAttempts }) => [ErrorEquals, MaxAttempts])).toEqual([
      [['Lambda.TooManyRequestsException'], 6],
      [
        [
          'Lambda.ClientExecutionTimeoutException',
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
        ],
        3,
      ],
      [['Busy'], 3],
    ]);
    for (const rule of retry) expect(rule).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: 60 });
  });

  it('fails for an error that is both retried and a business error', () => {
    expect(() => state({ businessErrors: ['Declined'], retryOn: ['Declined'] })).toThrow(
      "'Charge' has Declined both in businessErrors, which are never retried, and in retryOn; choose one",
    );
  });

  it('never are for business errors, whatever else is retried', () => {
    const retry = state({ businessErrors: ['Declined'], retryOn: ['States.ALL'] }).Retry;
    expect(retry?.[0]).toEqual({ ErrorEquals: ['Declined'], MaxAttempts: 0 });
    expect(retry?.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });

  it.each(['States.ALL', 'States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown'])(
    "fails for the business error '%s', after which anything may have happened",
    (error) => {
      expect(() => state({ businessErrors: [error] })).toThrow(`'Charge' has '${error}' in businessErrors`);
    },
  );

  it.each([
    ['businessErrors', 0],
    ['businessErrors', 257],
    ['retryOn', 0],
    ['retryOn', 257],
  ])('fail for an error of %s with %i characters', (prop, length) => {
    expect(() => state({ [prop]: ['x'.repeat(length)] })).toThrow(`names an error of ${length} characters`);
  });

  it('take an error of 256 characters', () => {
    expect(() => state({ businessErrors: ['x'.repeat(256)] })).not.toThrow();
  });
});

describe('the timeout of the state', () => {
  it.each([
    [undefined, 18],
    [Duration.minutes(15), 915],
  ])('is longer than that of the function (%s)', (functionTimeout, expected) => {
    expect(state(undefined, functionTimeout).TimeoutSeconds).toBe(expected);
  });

  it('can be given', () => {
    expect(state({ timeout: Duration.seconds(31) }, Duration.seconds(30)).TimeoutSeconds).toBe(31);
  });

  it('fails where the function of an alias could outlive it', () => {
    const stack = newStack();
    const slow = fn(stack, 'SlowFn', undefined, { timeout: Duration.minutes(10) });
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: slow.currentVersion });
    const definition = Step.invoke(alias, { timeout: Duration.seconds(30) });
    expect(() => new Workflow(stack, 'Charge', { definition })).toThrow(
      'is not longer than that of Travel/Live, 600 s',
    );
  });

  it("is Lambda's maximum where that of the function isn't known", () => {
    const stack = newStack();
    const imported = lambda.Function.fromFunctionName(stack, 'Imported', 'elsewhere');
    new Workflow(stack, 'Charge', { definition: Step.invoke(imported) });
    expect(definitions(stack)[0].States.Charge.TimeoutSeconds).toBe(915);
  });

  it('fails where the function could outlive it', () => {
    expect(() => state({ timeout: Duration.seconds(30) }, Duration.seconds(30))).toThrow(
      "the timeout of 'Charge', 30 s, is not longer than that of Travel/ChargeFn, 30 s",
    );
  });
});

describe('the payload', () => {
  it('can be replaced, with $input and $results bound inside its expressions', () => {
    const { Arguments } = state({ payload: { id: '{% $input.id %}', earlier: ['{% $results.A %}'], kind: 'order' } });
    expect(Arguments?.Payload).toEqual({
      id: '{% ($input := $states.input; $input.id) %}',
      earlier: ['{% ($results := $merge([{}, $results]); $results.A) %}'],
      kind: 'order',
    });
  });
});

describe('a payload in JSONPath', () => {
  it.each([
    [{ 'id.$': '$.id' }, "has 'id.$', which is JSONPath"],
    [{ id: [sfn.JsonPath.stringAt('$.id')] }, 'has a JsonPath'],
    [sfn.TaskInput.fromText('hello'), 'is a TaskInput'],
  ])('fails, as a JSONata state would take it for text: %j', (payload, message) => {
    expect(() => state({ payload })).toThrow(`the payload of 'Charge' ${message}`);
  });
});

describe('an expression that is not whole', () => {
  it.each(['{% $input.id', '$input.id %}', ' {% $input.id %}', 'Order {% $input.id %}!'])(
    'fails in a payload, of which it would be text: %j',
    (id) => {
      expect(() => state({ payload: { ids: [id] } })).toThrow(
        `the payload of 'Charge' has ${JSON.stringify(id)}, of which Step Functions takes all or nothing for an expression`,
      );
    },
  );

  it.each(['$result.id', '{%%}', 'done'])('fails as an output: %j', (output) => {
    expect(() => state({ output })).toThrow(
      `the output of 'Charge', ${JSON.stringify(output)}, is no expression; write it as "{% … %}"`,
    );
  });
});

describe('a function elsewhere', () => {
  it.each([
    ['region', { account: '123456789012', region: 'eu-west-1' }],
    ['account', { account: '210987654321', region: 'eu-north-1' }],
  ])('fails for another %s', (what, env) => {
    const app = new App();
    const functions = new Stack(app, 'Functions', { env });
    const stack = new Stack(app, 'Travel', { env: { account: '123456789012', region: 'eu-north-1' } });
    const definition = Step.invoke(fn(functions, 'ChargeFn'));
    expect(() => new Workflow(stack, 'Charge', { definition })).toThrow(
      new RegExp(
        `'Charge' invokes Functions/ChargeFn, a function of the ${what} .*; give a function of the same ${what}`,
      ),
    );
  });
});

describe('a function of another stack', () => {
  it('is referred to weakly, so that its code can change while it is in use', () => {
    const app = new App();
    const env = { account: '123456789012', region: 'eu-north-1' };
    const functions = new Stack(app, 'Functions', { env });
    const stack = new Stack(app, 'Travel', { env });
    new Workflow(stack, 'Charge', { definition: Step.invoke(fn(functions, 'ChargeFn')) });
    const [version] = Object.keys(Template.fromStack(functions).findResources('AWS::Lambda::Version'));
    const exported = Object.values(Template.fromStack(functions).findOutputs('*')).filter((output) => output.Export);
    expect(JSON.stringify(exported)).not.toContain(version);
  });
});
