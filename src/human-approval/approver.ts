import { Stack, Token } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { isAddress } from '../email/address';
import { EVENT_SOURCE } from './constants';
import type { ApproverRef } from './runtime/request';

/** Somebody who may decide, and how they are told. */
export abstract class Approver {
  /**
   * A person, by a mail with a link of their own. They decide by the name of their address.
   *
   * @param address the address
   */
  public static email(address: string): Approver {
    return new EmailApprover(address);
  }

  /**
   * Whoever reads a topic, e.g. a chat. Whoever has the message can decide, who asks among them, and is known by the
   * topic's name alone: all of them have one answer. Where the approvers have to sign in, each has their own.
   *
   * @param topic the topic
   * @param name by what name they decide; by default the id of the topic
   */
  public static topic(topic: sns.ITopic, name: string = topic.node.id): Approver {
    return new TopicApprover(topic, name);
  }

  /**
   * A portal of your own, by an event without any link. It answers for its users, whom it has to know, with the
   * permission of `grantRespond`.
   *
   * @param bus the event bus; by default that of the account
   * @param name what its events call the portal; by default `portal`
   */
  public static event(bus?: events.IEventBus, name: string = 'portal'): Approver {
    return new EventApprover(name, bus);
  }

  /** @internal */
  public abstract readonly _ref: ApproverRef;

  /** @internal */
  public abstract _statements(scope: Construct): iam.PolicyStatement[];
}

/** Mails are granted by their sender. */
class EmailApprover extends Approver {
  public readonly _ref: ApproverRef;

  constructor(address: string) {
    super();
    if (Token.isUnresolved(address) || !isAddress(address)) {
      throw new Error(`Approver.email: '${address}' is no plain e-mail address; give one such as lead@acme.example`);
    }
    this._ref = { way: 'email', name: address };
  }

  public _statements(): iam.PolicyStatement[] {
    return [];
  }
}

class TopicApprover extends Approver {
  public readonly _ref: ApproverRef;

  constructor(
    private readonly topic: sns.ITopic,
    name: string,
  ) {
    super();
    checkName('Approver.topic', name, 'finance chat');
    if (topic.fifo || topic.topicArn.endsWith('.fifo')) {
      throw new Error(
        `Approver.topic: ${topic.node.path} is a FIFO topic, which takes no message without a group; give a standard one`,
      );
    }
    this._ref = { way: 'topic', name, target: topic.topicArn };
  }

  public _statements(): iam.PolicyStatement[] {
    const { topicArn, masterKey } = this.topic;
    const publish = new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topicArn] });
    if (masterKey === undefined) return [publish];
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    return [publish, new iam.PolicyStatement({ actions, resources: [masterKey.keyArn] })];
  }
}

class EventApprover extends Approver {
  public readonly _ref: ApproverRef;

  constructor(
    name: string,
    private readonly bus?: events.IEventBus,
  ) {
    super();
    checkName('Approver.event', name, 'finance portal');
    // The name alone would be that of a bus in this account, wherever the bus is.
    this._ref = { way: 'event', name, target: bus?.eventBusArn ?? 'default' };
  }

  public _statements(scope: Construct): iam.PolicyStatement[] {
    const busArn =
      this.bus?.eventBusArn ??
      Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
    const conditions = { StringEquals: { 'events:source': EVENT_SOURCE } };
    return [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn], conditions })];
  }
}

function checkName(factory: string, name: string, example: string): void {
  if (Token.isUnresolved(name) || typeof name !== 'string' || name.trim() === '') {
    throw new Error(`${factory}: the name is empty, or a token; give a text such as '${example}'`);
  }
}
