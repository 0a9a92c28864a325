import { Duration } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IStep } from '../step/bind';
import { CallAwsStep } from '../step/call-aws';
import { STATUS } from './constants';

const EXECUTION = '{% $states.context.Execution.Id %}';
const NOW = '{% $states.context.State.EnteredTime %}';
const NOW_SECONDS = '$floor($toMillis($states.context.State.EnteredTime) / 1000)';
const NAMES = { '#status': 'status', '#execution': 'execution' };

/** The table of the messages, and what writes it. */
export interface MessageTableProps {
  readonly table: dynamodb.ITable;
  readonly express: boolean;
  /** After how many seconds no execution mails any more what it began to mail. May be a token. */
  readonly abandonedAfter: string;
}

/** The steps on the table of the messages; each that writes has a condition that lets it run twice. */
export class MessageTable {
  constructor(private readonly props: MessageTableProps) {}

  /**
   * Keeps a new message, as one that is about to be mailed. One of the same content is the same message, unless it came
   * too long ago or could not be mailed. (What this execution itself wrote is no other message: the answer to an earlier
   * attempt may have been lost.)
   */
  keep(): IStep {
    const fields = '$merge($each($input.fields, function($value, $name) { { $name: { "S": $value } } }))';
    return this.update({
      key: '{% $input.id %}',
      update:
        'SET #status = :sending, #execution = :execution, attemptedAt = :now, receivedAt = :receivedAt, expiresAt = :expiresAt, #fields = :fields REMOVE messageId, sentAt, mailError',
      condition:
        'attribute_not_exists(id) OR #execution = :execution OR #status = :unsent OR receivedAt < :duplicateSince',
      names: { ...NAMES, '#fields': 'fields' },
      values: {
        ':sending': { S: STATUS.SENDING },
        ':unsent': { S: STATUS.UNSENT },
        ':execution': { S: EXECUTION },
        ':now': { N: `{% $string(${NOW_SECONDS}) %}` },
        ':receivedAt': { S: '{% $input.receivedAt %}' },
        ':duplicateSince': { S: '{% $input.duplicateSince %}' },
        ':expiresAt': { N: '{% $string($input.expiresAt) %}' },
        ':fields': { M: `{% ${fields} %}` },
      },
      returned: 'ALL_NEW',
      output: '{% $result.Attributes %}',
      refusable: true,
    });
  }

  /**
   * Takes a message that was kept, and not mailed, to mail it now; of several that try, one may. With `uncertain` also
   * one that may have been mailed: SES gave no answer, or the execution that was to mail it ended without a word.
   */
  reclaim(): IStep {
    const whereUncertain = (status: string) => `{% $input.uncertain = true ? "${status}" : "${STATUS.UNSENT}" %}`;
    return this.update({
      key: '{% $input.resend %}',
      update: 'SET #status = :sending, #execution = :execution, attemptedAt = :now REMOVE mailError',
      condition:
        '#execution = :execution OR #status IN (:unsent, :uncertain) OR (#status = :stuck AND attemptedAt < :abandoned)',
      names: NAMES,
      values: {
        ':sending': { S: STATUS.SENDING },
        ':unsent': { S: STATUS.UNSENT },
        ':uncertain': { S: whereUncertain(STATUS.UNCERTAIN) },
        ':stuck': { S: whereUncertain(STATUS.SENDING) },
        ':now': { N: `{% $string(${NOW_SECONDS}) %}` },
        ':abandoned': { N: `{% $string(${NOW_SECONDS} - ${this.props.abandonedAfter}) %}` },
        ':execution': { S: EXECUTION },
      },
      returned: 'ALL_NEW',
      output: '{% $result.Attributes %}',
      refusable: true,
    });
  }

  /** What has become of the message by now: of a new one, or of one that was to be sent again. */
  status(): IStep {
    return this.call('getItem', {
      key: '{% $exists($input.resend) ? $input.resend : $input.id %}',
      parameters: {
        ProjectionExpression: '#status',
        ExpressionAttributeNames: { '#status': 'status' },
        ConsistentRead: true,
      },
      output: `{% { "status": $exists($result.Item) ? $result.Item.status.S : "${STATUS.NOT_FOUND}" } %}`,
    });
  }

  /** Records that a message was mailed, and as what. */
  record(): IStep {
    return this.update({
      key: '{% $results.Message.id.S %}',
      update: 'SET #status = :sent, messageId = :messageId, sentAt = :now',
      condition: 'attribute_exists(id)',
      names: { '#status': 'status' },
      values: { ':sent': { S: STATUS.SENT }, ':messageId': { S: '{% $results.Send %}' }, ':now': { S: NOW } },
      output: `{% { "status": "${STATUS.SENT}" } %}`,
    });
  }

  /**
   * Records that a message was not mailed, or perhaps not. (A second attempt, where the answer to the first was lost, may
   * come when somebody has sent it again: it is theirs by then.)
   */
  mark(status: string): IStep {
    return this.update({
      key: '{% $results.Message.id.S %}',
      update: 'SET #status = :status, mailError = :error',
      condition: '#execution = :execution',
      names: NAMES,
      values: {
        ':status': { S: status },
        ':error': { S: '{% $input.mailError %}' },
        ':execution': { S: EXECUTION },
      },
    });
  }

  /** Lets one confirmation go to an address in a time, and no other: whatever it has after a plus, its mailbox is one. */
  claimConfirmation(address: string, every: Duration): IStep {
    const mailbox = `($parts := $split($lowercase(${address}), "@"); $substringBefore($parts[0], "+") & "@" & $parts[1])`;
    return this.update({
      key: `{% "confirmation#" & $hash(${mailbox}, "SHA-256") %}`,
      update: 'SET expiresAt = :until',
      condition: 'attribute_not_exists(id) OR expiresAt < :now',
      values: {
        ':now': { N: `{% $string(${NOW_SECONDS}) %}` },
        ':until': { N: `{% $string(${NOW_SECONDS} + ${every.toSeconds()}) %}` },
      },
      refusable: true,
    });
  }

  private update(props: Update): IStep {
    return this.call('updateItem', {
      key: props.key,
      parameters: {
        UpdateExpression: props.update,
        ConditionExpression: props.condition,
        ...(props.names && { ExpressionAttributeNames: props.names }),
        ExpressionAttributeValues: props.values,
        ...(props.returned && { ReturnValues: props.returned }),
      },
      businessErrors: props.refusable ? ['DynamoDb.ConditionalCheckFailedException'] : undefined,
      output: props.output,
    });
  }

  private call(action: 'getItem' | 'updateItem', { key, parameters, ...options }: Call): IStep {
    const { table, express } = this.props;
    return new CallAwsStep({
      ...options,
      service: 'dynamodb',
      action,
      parameters: { TableName: table.tableName, Key: { id: { S: key } }, ...parameters },
      iamAction: action === 'getItem' ? 'dynamodb:GetItem' : 'dynamodb:UpdateItem',
      iamResources: [table.tableArn],
      timeout: express ? Duration.seconds(3) : Duration.seconds(30),
    });
  }
}

interface Call {
  readonly key: string;
  readonly parameters: object;
  readonly businessErrors?: string[];
  readonly output?: string;
}

interface Update {
  readonly key: string;
  readonly update: string;
  readonly condition: string;
  readonly names?: { readonly [name: string]: string };
  readonly values: { readonly [name: string]: object };
  readonly returned?: string;
  readonly output?: string;
  /** Whether it is in good order that the condition isn't met. */
  readonly refusable?: boolean;
}
