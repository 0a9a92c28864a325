/** What Step Functions charges, in US dollars. */
export interface StandardRates {
  /** For one state transition of a Standard workflow. */
  readonly perTransition: number;
}

/** @see https://aws.amazon.com/step-functions/pricing/ */
export const US_EAST_1: StandardRates = { perTransition: 0.000025 };

/**
 * What some executions of a Standard workflow cost, without the free tier and without the services that they call.
 * The start of an execution counts as a transition: AWS doesn't say that it is none.
 *
 * @param transitions the states entered by one execution, and its retries
 */
export function standardCost(executions: number, transitions: number, rates = US_EAST_1): number {
  return executions * (transitions + 1) * rates.perTransition;
}
