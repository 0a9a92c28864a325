import { Stack, Token } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
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
   */
  public static event(bus?: events.IEventBus): Approver {
    return new EventApprover(bus);
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
    const isAddress = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(address);
    if (Token.isUnresolved(address) || !isAddress) {
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
    if (Token.isUnresolved(name) || name.trim() === '') {
      throw new Error("Approver.topic: the name is empty, or a token; give a text such as 'finance chat'");
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

  constructor(private readonly bus?: events.IEventBus) {
    super();
    this._ref = { way: 'event', name: 'portal', target: bus?.eventBusName ?? 'default' };
  }

  public _statements(scope: Construct): iam.PolicyStatement[] {
    const busArn =
      this.bus?.eventBusArn ??
      Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
    const conditions = { StringEquals: { 'events:source': EVENT_SOURCE } };
    return [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn], conditions })];
  }
}
