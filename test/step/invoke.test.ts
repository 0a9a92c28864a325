import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
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

  it('fails for a business error that names every error', () => {
    expect(() => state({ businessErrors: ['States.ALL'] })).toThrow("'Charge' has States.ALL in businessErrors");
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
