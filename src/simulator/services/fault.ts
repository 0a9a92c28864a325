import { SimulatorFault } from '../engine/fault';
import type { Call } from './dispatcher';
import { ConnectionLost, FunctionKilled } from './lost-calls';
import { AwsError } from './service';

/** What a fault does to a call. */
export interface FaultEffect {
  /** What the record of the call says of it. */
  readonly name: string;
  /** Whether the service does its work before. */
  readonly isPerformed: boolean;
  /** What becomes of the call. */
  error(service: string): Error;
}

/** Which calls of an action a fault hits. */
interface Reach {
  readonly nth: number;
  readonly times: number;
  readonly condition: (call: Call) => boolean;
}

const NEXT_CALL: Reach = { nth: 1, times: 1, condition: () => true };

/** What the services say who can't take more; the others say `ThrottlingException`. */
const THROTTLED: { readonly [service: string]: readonly [code: string, message: string, statusCode: number] } = {
  dynamodb: ['ProvisionedThroughputExceededException', 'Throughput exceeds the current capacity.', 400],
  lambda: ['TooManyRequestsException', 'Rate Exceeded.', 429],
  ses: ['TooManyRequestsException', 'Maximum sending rate exceeded.', 429],
  sns: ['Throttled', 'Rate exceeded', 429],
  sqs: ['RequestThrottled', 'Request is throttled.', 400],
};

/**
 * What goes wrong with a call of an AWS service, whoever makes it: a Task state, the code of a function, or AWS itself.
 * By itself a fault hits the next call of its action; an AWS SDK tries again what may be tried again, so a fault that
 * its function is to notice has to hit several calls: `Fault.throttled().times(3)`.
 */
export class Fault {
  /** The service refuses the call because it can't take more. Nothing is done. */
  public static throttled(): Fault {
    const effect = (service: string) => THROTTLED[service] ?? ['ThrottlingException', 'Rate exceeded', 400];
    return new Fault({ name: 'throttled', isPerformed: false, error: (service) => new AwsError(...effect(service)) });
  }

  /** The service answers with an error, e.g. `InternalServerError` and 500. Nothing is done. */
  public static error(code: string, message = `injected: ${code}`, statusCode = 400): Fault {
    const error = () => new AwsError(code, message, statusCode);
    return new Fault({ name: `error ${code}`, isPerformed: false, error });
  }

  /** The connection breaks before the request has arrived. Nothing is done. */
  public static lostRequest(): Fault {
    return new Fault({ name: 'lostRequest', isPerformed: false, error: () => new ConnectionLost() });
  }

  /** The service does its work, but the connection breaks before the response has arrived. */
  public static lostResponse(): Fault {
    return new Fault({ name: 'lostResponse', isPerformed: true, error: () => new ConnectionLost() });
  }

  /** The function that makes the call dies before it. Hits the calls of functions only. */
  public static crashBefore(): Fault {
    return new Fault({ name: 'crashBefore', isPerformed: false, error: () => new FunctionKilled() }).where(
      isOfFunction,
    );
  }

  /** The service does its work, and then the function that made the call dies. Hits the calls of functions only. */
  public static crashAfter(): Fault {
    return new Fault({ name: 'crashAfter', isPerformed: true, error: () => new FunctionKilled() }).where(isOfFunction);
  }

  private constructor(
    readonly effect: FaultEffect,
    private readonly reach: Reach = NEXT_CALL,
  ) {}

  /** The same fault, from the n-th call on: 1 is the next one. */
  public nth(nth: number): Fault {
    return this.reaching({ nth: positive('nth', nth) });
  }

  /** The same fault, for a number of calls in a row. */
  public times(times: number): Fault {
    return this.reaching({ times: positive('times', times) });
  }

  /** The same fault, for all calls that follow. */
  public always(): Fault {
    return this.reaching({ times: Number.POSITIVE_INFINITY });
  }

  /** The same fault, for those calls only that meet a condition; the others don't count. */
  public where(condition: (call: Call) => boolean): Fault {
    const { condition: before } = this.reach;
    return this.reaching({ condition: (call) => before(call) && condition(call) });
  }

  /** Whether this fault is for a call at all, by its condition. */
  isFor(call: Call): boolean {
    return this.reach.condition(call);
  }

  /** Whether it hits the call of this number among those that it is for, from 1. */
  hits(number: number): boolean {
    const { nth, times } = this.reach;
    return number >= nth && number < nth + times;
  }

  private reaching(change: Partial<Reach>): Fault {
    return new Fault(this.effect, { ...this.reach, ...change });
  }
}

function isOfFunction({ source }: Call): boolean {
  return source === 'handler';
}

function positive(what: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new SimulatorFault(`Fault.${what}(${value}): give a whole number from 1 on`);
}
