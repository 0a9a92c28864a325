/** What Step Functions charges for Standard workflows, in US dollars. */
export interface StandardRates {
  /** For one state transition. */
  readonly perTransition: number;
}

/** What Step Functions charges for Express workflows, in US dollars. */
export interface ExpressRates {
  /** For one execution. */
  readonly perRequest: number;
  /** For the use of a GB of memory during an hour: so much, up to so many of them a month. */
  readonly perGbHour: readonly { readonly rate: number; readonly upTo: number }[];
}

/** @see https://aws.amazon.com/step-functions/pricing/ */
export const US_EAST_1: StandardRates & ExpressRates = {
  perTransition: 0.000025,
  perRequest: 0.000001,
  perGbHour: [
    { rate: 0.06, upTo: 1_000 },
    { rate: 0.03, upTo: 5_000 },
    { rate: 0.01642, upTo: Number.POSITIVE_INFINITY },
  ],
};

/**
 * What some executions of a Standard workflow cost, without the free tier and without the services that they call.
 * The start of an execution counts as a transition: AWS doesn't say that it is none.
 *
 * @param transitions the states entered by one execution, and its retries
 */
export function standardCost(executions: number, transitions: number, rates: StandardRates = US_EAST_1): number {
  return executions * (transitions + 1) * rates.perTransition;
}

/** What one execution of an Express workflow takes. */
export interface ExpressUse {
  /** How long it runs, in milliseconds. Every 100 that are begun count. */
  readonly milliseconds: number;
  /**
   * Its memory, in MB: about 50, the definition, and the data of all that runs at the same time. Every 64 that are begun
   * count.
   *
   * @default 64
   */
  readonly memoryMb?: number;
}

/** What some executions of an Express workflow cost in a month, without the services that they call. */
export function expressCost(executions: number, use: ExpressUse, rates: ExpressRates = US_EAST_1): number {
  const seconds = Math.ceil(use.milliseconds / 100) / 10;
  const gigabytes = (Math.ceil((use.memoryMb ?? 64) / 64) * 64) / 1024;
  const gbHours = (executions * seconds * gigabytes) / 3600;
  let charged = 0;
  let from = 0;
  for (const { rate, upTo } of rates.perGbHour) {
    charged += Math.max(0, Math.min(gbHours, upTo) - from) * rate;
    from = upTo;
  }
  return executions * rates.perRequest + charged;
}

/** How the items of a fan-out are worked on. */
export type FanOutMode = 'inline' | 'distributedStandard' | 'distributedExpress';

/** What one item, or one batch of items, takes. */
export interface ItemUse extends ExpressUse {
  /** The states that it enters, and its retries. */
  readonly transitions: number;
  /**
   * How many items are worked on together.
   *
   * @default 1
   */
  readonly batchSize?: number;
}

/**
 * What a fan-out costs, without the free tier, what is around its items, and the services that they call.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html for the transition that each child
 * execution is
 */
export function fanOutCost(items: number, mode: FanOutMode, use: ItemUse, rates = US_EAST_1): number {
  const executions = Math.ceil(items / (use.batchSize ?? 1));
  const starts = executions * rates.perTransition;
  switch (mode) {
    case 'inline':
      return items * use.transitions * rates.perTransition;
    case 'distributedStandard':
      return starts + executions * use.transitions * rates.perTransition;
    case 'distributedExpress':
      return starts + expressCost(executions, use, rates);
  }
}
