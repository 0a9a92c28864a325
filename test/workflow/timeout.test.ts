import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Step, Workflow } from '../../src';
import { definitions, newStack } from '../fixtures';

const YEAR = 31_536_000;

const waiting = (seconds: number, timeout?: Duration) => {
  const stack = newStack();
  new Workflow(stack, 'Check', { definition: Step.wait(Duration.seconds(seconds)), timeout });
  return definitions(stack)[0].TimeoutSeconds;
};

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
describe('the year that an execution may take', () => {
  it('may be the timeout', () => {
    expect(waiting(1, Duration.seconds(YEAR))).toBe(YEAR);
  });

  it('fails as a timeout with one second more', () => {
    expect(() => waiting(1, Duration.seconds(YEAR + 1))).toThrow(
      'Travel/Check: the timeout, 31536001 s, is longer than the year that an execution may take',
    );
  });

  it('ends the timeout by default, where the worst path is just shorter', () => {
    expect(waiting(YEAR - 1)).toBe(YEAR);
  });

  it('fails as the worst path, with the arithmetic', () => {
    expect(() => waiting(YEAR)).toThrow(
      `the worst path, 31536000 s, is not shorter than the year that an execution may take; shorten the steps' timeouts and retries:\n  Check: `,
    );
  });
});
