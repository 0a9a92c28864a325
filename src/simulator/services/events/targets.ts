import { type Clock, SimulatorFault } from '../../engine';
import { type AsyncInvocations, inBackground, unlessFault } from '../async-invocations';
import type { Caller, Dispatcher } from '../dispatcher';
import { ConnectionLost } from '../lost-calls';
import { AwsError, type ServiceCall } from '../service';
import type { Target } from './rules';

/** Who delivers: a rule in the name of EventBridge, or of a role; a schedule always in that of its role. */
export interface Sender {
  readonly principal: string;
  /** The rule or the schedule. */
  readonly arn: string;
}

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 600_000;

/** Delivers to the targets of rules and schedules; what fails is tried again in virtual time, longer after each time. */
export class Targets {
  constructor(
    private readonly clock: Clock,
    private readonly dispatcher: () => Dispatcher,
    private readonly invocations: AsyncInvocations,
  ) {}

  deliver(target: Target, text: string, sender: Sender): void {
    const { MaximumRetryAttempts: attempts = 185, MaximumEventAgeInSeconds: age = 86_400 } = (target.RetryPolicy ??
      {}) as { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
    const until = this.clock.now() + Number(age) * 1000;
    inBackground(this.clock, () => this.attempt({ target, text, sender, attempts: Number(attempts), until, tried: 0 }));
  }

  private async attempt(delivery: Delivery): Promise<void> {
    try {
      await this.call(delivery);
    } catch (error) {
      if (!(error instanceof AwsError || error instanceof ConnectionLost)) throw error;
      this.failed(delivery, error);
    }
  }

  /** What no time can mend is given up at once. */
  private failed(delivery: Delivery, error: Error): void {
    const { attempts, until, tried } = delivery;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** tried, MAX_DELAY_MS);
    const lasting = error instanceof AwsError && error.statusCode < 500 && !/Throttl|TooMany|Exceeded/.test(error.code);
    const isTooOld = this.clock.now() + delay > until;
    if (lasting || tried >= attempts || isTooOld) {
      const condition = isTooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts';
      this.giveUp(delivery, error, lasting ? undefined : condition);
      return;
    }
    const next = { ...delivery, tried: tried + 1 };
    this.clock.schedule(delay, () => inBackground(this.clock, () => this.attempt(next)));
  }

  private giveUp({ target, text, sender, tried }: Delivery, error: Error, condition: string | undefined): void {
    const queueArn = (target.DeadLetterConfig as { readonly Arn?: string } | undefined)?.Arn;
    if (queueArn === undefined) return;
    const attributes = {
      RULE_ARN: sender.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(tried),
      ...(condition && { EXHAUSTED_RETRY_CONDITION: condition }),
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    const input = { QueueUrl: urlOf(queueArn), MessageBody: text, MessageAttributes };
    const call = { service: 'sqs', operation: 'SendMessage', input };
    inBackground(this.clock, () =>
      this.dispatcher()
        .call(call, callerOf({}, sender))
        .then(() => undefined, unlessFault),
    );
  }

  private async call({ target, text, sender }: Delivery): Promise<void> {
    const caller = callerOf(target, sender);
    const [, , service, , , ...rest] = target.Arn.split(':');
    if (service === 'lambda') return this.invocations.invoke(target.Arn, parsed(text, sender), caller);
    if (service === 'logs') {
      // Logs are no part of what the simulator has: that it was to be written is on record.
      const reason = 'The simulator has no CloudWatch Logs: a rule wrote an event there';
      this.dispatcher().recordUnjudged(
        { action: 'logs:PutLogEvents', resource: target.Arn, request: { text }, reason },
        caller,
      );
      return;
    }
    const call = callTo(service, target, text, rest.join(':'));
    if (!call) throw new SimulatorFault(`${sender.arn}: the target ${target.Arn} is not supported`);
    await this.dispatcher().call(call, caller);
  }
}

interface Delivery {
  readonly target: Target;
  readonly text: string;
  readonly sender: Sender;
  readonly attempts: number;
  /** When the event is too old. */
  readonly until: number;
  readonly tried: number;
}

function parsed(text: string, { arn }: Sender): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SimulatorFault(`${arn}: what it gives to a function is no JSON: ${text}`);
  }
}

function callerOf({ RoleArn: roleArn }: Partial<Target>, { principal, arn }: Sender): Caller {
  if (roleArn !== undefined) return { source: 'aws', roleArn: String(roleArn) };
  return { source: 'aws', service: { principal, sourceArn: arn } };
}

function callTo(service: string, target: Target, text: string, rest: string): ServiceCall | undefined {
  switch (service) {
    case 'sqs': {
      const group = (target.SqsParameters as { readonly MessageGroupId?: string } | undefined)?.MessageGroupId;
      const input = { QueueUrl: urlOf(target.Arn), MessageBody: text, ...(group && { MessageGroupId: group }) };
      return { service, operation: 'SendMessage', input };
    }
    case 'sns':
      return { service, operation: 'Publish', input: { TopicArn: target.Arn, Message: text } };
    case 'states':
      return { service, operation: 'StartExecution', input: { stateMachineArn: target.Arn, input: text } };
    case 'events': {
      if (!rest.startsWith('event-bus/')) return undefined;
      const event = JSON.parse(text) as { readonly [name: string]: unknown };
      const { source: Source, 'detail-type': DetailType, detail, resources: Resources } = event;
      const entry = { Source, DetailType, Detail: JSON.stringify(detail), Resources, EventBusName: target.Arn };
      return { service, operation: 'PutEvents', input: { Entries: [entry] } };
    }
    default:
      return undefined;
  }
}

function urlOf(queueArn: string): string {
  const [, , , region, account, name] = queueArn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
