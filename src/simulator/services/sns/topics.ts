import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';

/** Who gets what is published to a topic. */
export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly filterPolicy?: { readonly [name: string]: unknown };
  readonly filterScope: string;
  readonly isRaw: boolean;
  readonly deadLetterArn?: string;
}

/** The topics of the assembly, with their subscriptions; no other exists. */
export class Topics {
  constructor(private readonly context: ServiceContext) {}

  find(arn: string): Resource {
    const topic = this.context.resources.ofType('AWS::SNS::Topic').find(({ physicalId }) => physicalId === arn);
    if (!topic) throw notInTemplates(`The topic ${arn}`);
    return topic;
  }

  subscriptions(topic: Resource): Subscription[] {
    const inline = ((topic.properties.Subscription ?? []) as { Protocol: string; Endpoint: string }[]).map(
      (properties, index) => subscription(properties, `${topic.physicalId}:inline-${index}`),
    );
    const own = this.context.resources
      .ofType('AWS::SNS::Subscription')
      .filter(({ properties }) => properties.TopicArn === topic.physicalId)
      .map(({ properties, physicalId }) => subscription(properties, physicalId));
    return [...inline, ...own];
  }
}

function subscription(properties: { readonly [name: string]: unknown }, arn: string): Subscription {
  const { Protocol, Endpoint, FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy } = properties;
  const redrive = (typeof RedrivePolicy === 'string' ? JSON.parse(RedrivePolicy) : RedrivePolicy) as
    | { readonly deadLetterTargetArn: string }
    | undefined;
  return {
    arn,
    protocol: String(Protocol),
    endpoint: String(Endpoint),
    filterPolicy: (typeof FilterPolicy === 'string'
      ? JSON.parse(FilterPolicy)
      : FilterPolicy) as Subscription['filterPolicy'],
    filterScope: String(FilterPolicyScope ?? 'MessageAttributes'),
    isRaw: RawMessageDelivery === true || RawMessageDelivery === 'true',
    deadLetterArn: redrive?.deadLetterTargetArn,
  };
}
