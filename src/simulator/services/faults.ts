import { SimulatorFault } from '../engine/fault';
import type { Call } from './dispatcher';
import type { Fault, FaultEffect } from './fault';

/** A fault that waits for its calls, or has hit them. */
export interface InjectedFault {
  /** How many calls it has hit so far. A test asserts on it, or else a fault that never came proves nothing. */
  readonly hits: number;
}

interface Waiting extends InjectedFault {
  readonly matches: (action: string) => boolean;
  readonly fault: Fault;
  seen: number;
  hits: number;
}

/** The faults that are set. */
export class Faults {
  private waiting: Waiting[] = [];

  /** Sets a fault for the calls of an action; `*` stands for any part of it. */
  add(action: string, fault: Fault): InjectedFault {
    const waiting = { matches: matcher(action), fault, seen: 0, hits: 0 };
    this.waiting.push(waiting);
    return waiting;
  }

  /**
   * What befalls a call that IAM allowed: the effect of the first fault that hits it. All that are for it count it. It is
   * known by its actions, and by the operation that asks for them (`dynamodb:TransactWriteItems`).
   */
  hit(records: readonly Call[], operation: string): FaultEffect | undefined {
    let effect: FaultEffect | undefined;
    for (const waiting of this.waiting) {
      const concerns = (call: Call): boolean => waiting.matches(call.action) || waiting.matches(operation);
      if (!records.some((call) => concerns(call) && waiting.fault.isFor(call))) continue;
      waiting.seen += 1;
      if (effect === undefined && waiting.fault.hits(waiting.seen)) {
        waiting.hits += 1;
        effect = waiting.fault.effect;
      }
    }
    return effect;
  }

  clear(): void {
    this.waiting = [];
  }
}

/** IAM's actions are not case-sensitive. */
function matcher(action: string): (action: string) => boolean {
  if (action !== '*' && !/^[\w-]+:[\w*]+$/.test(action)) {
    throw new SimulatorFault(`'${action}' is no action of IAM: give e.g. 'ses:SendEmail', 'dynamodb:*' or '*'`);
  }
  const pattern = new RegExp(`^${action.replaceAll('*', '.*')}$`, 'i');
  return (candidate) => pattern.test(candidate);
}
