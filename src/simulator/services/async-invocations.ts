import { type Clock, SimulatorFault } from '../engine';
import type { Resource, Resources } from '../template/resource';
import type { Caller, Dispatcher } from './dispatcher';
import { ConnectionLost } from './lost-calls';
import { AwsError } from './service';

/** Lambda waits this long before it tries an event for the second, and for the third time. */
const DELAYS_MS = [60_000, 120_000];

/**
 * The invocations for whose end nobody waits: Lambda takes the event, tries it up to three times, and then gives it to
 * the function's dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvocations {
  constructor(
    private readonly clock: Clock,
    private readonly resources: Resources,
    private readonly dispatcher: () => Dispatcher,
  ) {}

  /** Invokes a function. Throws `AwsError` where Lambda doesn't take the event. */
  async invoke(functionArn: string, event: unknown, caller: Caller): Promise<void> {
    const config = this.configOf(functionArn);
    const left = Number(config?.MaximumRetryAttempts ?? DELAYS_MS.length);
    await this.attempt({ functionArn, payload: JSON.stringify(event), caller, left, tried: 0 });
  }

  private async attempt(invocation: Attempt): Promise<void> {
    const { functionArn, payload, caller, left, tried } = invocation;
    const input = { FunctionName: functionArn, Payload: payload };
    try {
      const { FunctionError } = await this.dispatcher().call({ service: 'lambda', operation: 'Invoke', input }, caller);
      if (FunctionError === undefined) return;
    } catch (error) {
      const isRefused = error instanceof AwsError && error.code === 'AccessDeniedException';
      if (isRefused || !(error instanceof AwsError || error instanceof ConnectionLost)) throw error;
    }
    if (left === 0) return this.giveUp(invocation);
    const next = { ...invocation, left: left - 1, tried: tried + 1 };
    this.clock.schedule(DELAYS_MS[tried], () => inBackground(this.clock, () => this.attempt(next)));
  }

  private async giveUp({ functionArn, payload }: Attempt): Promise<void> {
    const { DeadLetterConfig, Role } = this.functionOf(functionArn)?.properties ?? {};
    const target = (DeadLetterConfig as { TargetArn?: string } | undefined)?.TargetArn;
    if (target === undefined) return;
    const [, , service, region, account, name] = target.split(':');
    if (service !== 'sqs') throw new SimulatorFault(`${functionArn}: the DeadLetterConfig ${target} is not supported`);
    const input = { QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`, MessageBody: payload };
    const call = { service: 'sqs', operation: 'SendMessage', input };
    await this.dispatcher()
      .call(call, { source: 'aws', roleArn: String(Role) })
      .catch(unlessFault);
  }

  private configOf(functionArn: string): { readonly [name: string]: unknown } | undefined {
    const fn = this.functionOf(functionArn);
    const config = this.resources
      .ofType('AWS::Lambda::EventInvokeConfig')
      .find(({ properties }) => [fn?.physicalId, functionArn].includes(String(properties.FunctionName)))?.properties;
    if (config?.DestinationConfig !== undefined) {
      throw new SimulatorFault(`${functionArn}: the DestinationConfig of its EventInvokeConfig is not supported`);
    }
    return config;
  }

  private functionOf(arn: string): Resource | undefined {
    return this.resources.byArn(arn.split(':').slice(0, 7).join(':'));
  }
}

interface Attempt {
  readonly functionArn: string;
  readonly payload: string;
  readonly caller: Caller;
  /** How many attempts are left, and how many there were. */
  readonly left: number;
  readonly tried: number;
}

/** Lets work go on for which nobody waits; time stands still until it is done, and what it throws isn't lost. */
export function inBackground(clock: Clock, work: () => Promise<void>): void {
  const failed = (error: unknown): void =>
    clock.enqueue(() => {
      throw error;
    });
  clock.enqueue(() => void clock.track(work()).catch(failed));
}

/** Goes over what AWS refuses, which is on record, but not over a fault. */
export function unlessFault(error: unknown): void {
  if (!(error instanceof AwsError || error instanceof ConnectionLost)) throw error;
}
