import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { AwsError, type Requirement, type Service, type ServiceCall } from '../service';
import { type BusEvent, eventTime } from './event';
import { nameOfBus, rulesFor, targetsOf } from './rules';
import type { Targets } from './targets';
import { inputOf, type TargetInput } from './transform';

type Entry = { readonly [name: string]: unknown };

const MEMBERS = ['Source', 'DetailType', 'Detail', 'EventBusName', 'Resources', 'Time', 'TraceHeader'];
const MAX_BYTES = 262_144;
const MAX_ENTRIES = 10;

/** EventBridge: the buses of the assembly, the default bus, and their rules. */
export class EventsService implements Service {
  readonly name = 'events';
  private readonly put = new Map<string, BusEvent[]>();

  constructor(
    private readonly context: ServiceContext,
    private readonly targets: Targets,
  ) {}

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    return entriesOf(operation, input).map((entry) => ({
      action: 'events:PutEvents',
      resource: this.busArn(nameOfBus(entry.EventBusName)),
      context: {
        ...(entry.Source !== undefined && { 'events:source': String(entry.Source) }),
        ...(entry.DetailType !== undefined && { 'events:detail-type': String(entry.DetailType) }),
      },
    }));
  }

  async perform({ operation, input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    const entries = entriesOf(operation, input);
    if (entries.length > MAX_ENTRIES) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'entries' has more than ${MAX_ENTRIES} members`,
      );
    }
    if (Buffer.byteLength(JSON.stringify(entries)) > MAX_BYTES) {
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const answers = entries.map((entry) => problemOf(entry) ?? { EventId: this.accept(entry) });
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  }

  /** Whether there is anybody who listens. */
  get hasRules(): boolean {
    return this.context.resources.ofType('AWS::Events::Rule').length > 0;
  }

  /** What was put on a bus, in order. */
  events(busName: string): readonly BusEvent[] {
    return this.put.get(busName) ?? [];
  }

  /** Puts an event of AWS itself on the default bus. */
  putOwn(event: Pick<BusEvent, 'source' | 'detail-type' | 'resources' | 'detail'>): void {
    this.deliver(this.complete(event), 'default');
  }

  async close(): Promise<void> {}

  private accept(entry: Entry): string {
    const event = this.complete({
      source: String(entry.Source),
      'detail-type': String(entry.DetailType),
      resources: (entry.Resources ?? []) as string[],
      detail: JSON.parse(String(entry.Detail)),
    });
    const time = entry.Time === undefined ? event.time : eventTime(instant(entry.Time));
    this.deliver({ ...event, time }, nameOfBus(entry.EventBusName));
    return event.id;
  }

  private complete(event: Pick<BusEvent, 'source' | 'detail-type' | 'resources' | 'detail'>): BusEvent {
    const { newId, now, account, region } = this.context;
    return {
      version: '0',
      id: newId(),
      'detail-type': event['detail-type'],
      source: event.source,
      account,
      time: eventTime(now()),
      region,
      resources: event.resources,
      detail: event.detail,
    };
  }

  private deliver(event: BusEvent, busName: string): void {
    this.put.set(busName, [...this.events(busName), event]);
    for (const rule of rulesFor(event, busName, this.context.resources)) {
      const facts = { arn: rule.attribute('Arn'), name: rule.physicalId };
      const sender = { principal: 'events.amazonaws.com', arn: facts.arn };
      for (const target of targetsOf(rule)) {
        this.targets.deliver(target, inputOf(target as TargetInput, event, facts), sender);
      }
    }
  }

  private busArn(name: string): string {
    const { partition, region, account, resources } = this.context;
    const known = resources.ofType('AWS::Events::EventBus').find(({ physicalId }) => physicalId === name);
    if (!known && name !== 'default') throw notInTemplates(`The event bus ${name}`);
    return known?.attribute('Arn') ?? `arn:${partition}:events:${region}:${account}:event-bus/default`;
  }
}

/** Why EventBridge doesn't take an entry; the others it takes all the same. */
function problemOf({ Source, DetailType, Detail }: Entry): { ErrorCode: string; ErrorMessage: string } | undefined {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => !value)?.[0];
  if (missing) {
    const reason = `${missing} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid. Reason: ${reason}` };
  }
  if (String(Source).startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  return isObjectText(String(Detail))
    ? undefined
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function instant(time: unknown): number {
  return typeof time === 'number' ? time * 1000 : Date.parse(String(time));
}

function entriesOf(operation: string, { Entries: entries = [], ...rest }: ServiceCall['input']): readonly Entry[] {
  if (operation !== 'PutEvents') throw new SimulatorFault(`EventBridge's ${operation} is not supported`);
  const unknown = [
    ...Object.keys(rest),
    ...(entries as Entry[]).flatMap(Object.keys).filter((name) => !MEMBERS.includes(name)),
  ];
  if (unknown.length === 0) return entries as Entry[];
  throw new SimulatorFault(`The parameter ${unknown[0]} of EventBridge's PutEvents is not supported`);
}
