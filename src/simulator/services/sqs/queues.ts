import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { missing, Queue } from './queue';

/** The queues of the assembly; no other exists. */
export class Queues {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly context: ServiceContext) {}

  /** The queue with a URL. */
  byUrl(url: unknown): Queue {
    if (typeof url !== 'string') throw missing('QueueUrl');
    return this.all().find((queue) => queue.url === url) ?? unknown(url);
  }

  /** The queue with an ARN; for a test, its URL does too. */
  byArn(arnOrUrl: string): Queue {
    return this.all().find((queue) => queue.arn === arnOrUrl || queue.url === arnOrUrl) ?? unknown(arnOrUrl);
  }

  /** The queue with a name. */
  byName(name: string): Queue {
    return this.all().find((queue) => queue.arn === this.arn(name)) ?? unknown(name);
  }

  /** The ARN of what a URL names, whether it exists or not. */
  arnOfUrl(url: unknown): string {
    if (typeof url !== 'string') throw missing('QueueUrl');
    const [, region, account] = /^https:\/\/sqs\.([\w-]+)\.[\w.]+\/(\d{12})\/[^/]+$/.exec(url) ?? [];
    return (
      this.all().find((queue) => queue.url === url)?.arn ?? this.arn(url.split('/').at(-1) as string, region, account)
    );
  }

  arn(name: string, region = this.context.region, account = this.context.account): string {
    return `arn:${this.context.partition}:sqs:${region}:${account}:${name}`;
  }

  /** Forgets the queues that are gone; those that stay keep their messages. */
  redeployed(): void {
    const resources = new Map(this.resources().map((resource) => [resource.physicalId, resource]));
    for (const [url, queue] of this.queues) {
      const resource = resources.get(url);
      if (resource) queue.update(resource);
      else this.queues.delete(url);
    }
  }

  private resources(): readonly Resource[] {
    return this.context.resources.ofType('AWS::SQS::Queue');
  }

  private all(): Queue[] {
    for (const resource of this.resources()) {
      if (!this.queues.has(resource.physicalId))
        this.queues.set(resource.physicalId, new Queue(resource, this.context));
    }
    return [...this.queues.values()];
  }
}

function unknown(queue: string): never {
  throw notInTemplates(`The queue ${queue}`);
}
