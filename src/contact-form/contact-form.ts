import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as api from 'aws-cdk-lib/aws-apigateway';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Workflow } from '../workflow/workflow';
import { checkForm } from './checks';
import {
  DEFAULT_HONEYPOT,
  DEFAULT_RETENTION_MS,
  DEFAULT_WINDOW_MS,
  type FieldConfig,
  type FormConfig,
} from './constants';
import type { ContactFormProps } from './contact-form-props';
import { DeliveryStep } from './delivery';
import { formAlarms } from './form-alarms';
import { formApi } from './form-api';
import { FormField } from './form-field';
import { formFunction } from './form-function';
import { confirmationMail, messageMail } from './mails';
import { MessageTable } from './message-table';
import { checkReputationMetrics } from './reputation';

/**
 * What DynamoDB asks of a key in the name of whoever writes to a table.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const TABLE_KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * A contact form: what visitors send is checked, kept, and mailed once.
 *
 * A message is posted as JSON or as a form, and answered with its id, or with 400 and what is wrong with which field. Of
 * a name that no field has, that answer doesn't say which it is: it is a fixed text.
 *
 * A message that couldn't be mailed is kept, marked and parked, and can be sent again, once. The id of a message is a hash
 * of its content, without a secret: whoever has it can tell whether a guess of the content is right.
 */
export class ContactForm extends Construct {
  /** Keeps messages and mails them: Standard, or Express where the form is `sync`. */
  public readonly workflow: Workflow;

  /** The messages, until they expire. */
  public readonly table: dynamodb.ITable;

  /** What visitors reach. */
  public readonly api: api.RestApi;

  /**
   * Where messages are posted to, with the `Origin` of a site that may. A browser finds the form's own page there; a GET
   * that doesn't accept `text/html` gets `{ "stamp": … }` where there is a `minFillTime`, else `{}`.
   */
  public readonly url: string;

  /** Checks what is submitted. */
  public readonly handler: lambda.IFunction;

  /** The ids of the messages that were kept and not mailed, where somebody has to look after them. */
  public readonly deadLetterQueue: sqs.IQueue;

  /** The alarms: the workflow's, and those of the form. */
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: ContactFormProps) {
    super(scope, id);
    const fields = (props.fields ?? defaultFields()).map((field) => field._config);
    checkForm(this, props, fields);
    checkReputationMetrics(this, props.sender);
    const { sync = false, sender, alarmTopic, captcha, webAclArn, throttle = { rate: 10, burst: 20 } } = props;
    const { cloudWatchRole = true } = props;
    const operated = {
      alarmTopic,
      logRetention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    };

    this.table = this.messages(operated.removalPolicy, props.encryptionKey);
    const { stateMachineName, timeout, aliasName } = props;
    this.workflow = new Workflow(this, 'Workflow', {
      ...{ stateMachineName, timeout, aliasName, ...operated },
      stateMachineType: sync ? sfn.StateMachineType.EXPRESS : sfn.StateMachineType.STANDARD,
      definition: new DeliveryStep({
        table: new MessageTable({
          table: this.table,
          express: sync,
          // Known when the steps are.
          abandonedAfter: Lazy.string({ produce: () => String(this.workflow.timeout.toSeconds()) }),
        }),
        send: messageMail(props, fields),
        confirmation: props.confirmation && confirmationMail(sender, props.confirmation, fields),
      }),
    });
    if (props.encryptionKey) {
      this.workflow.stateMachine.addToRolePolicy(useByTable(this, props.encryptionKey));
    }
    [this.deadLetterQueue] = this.workflow.deadLetterQueues;

    const key = props.minFillTime && this.stampKey();
    const captchaWorkflow = captcha?._bind(this, operated);
    const config = this.config(props, fields, key, captchaWorkflow);
    const handler = formFunction(this, { config, ...operated });
    this.handler = handler;
    this.grantStart(handler);
    captchaWorkflow?.grantStartSyncExecution(handler);
    key?.grantGenerateMac(handler);
    key?.grantVerifyMac(handler);

    this.api = formApi(this, { handler, config, throttle, webAclArn, cloudWatchRole, ...operated });
    this.url = this.api.url;
    const own = formAlarms(this, { handler, api: this.api, sender, topic: alarmTopic });
    this.alarms = [...this.workflow.alarms, ...(captchaWorkflow?.alarms ?? []), ...own];
  }

  /**
   * Lets somebody send messages again that could not be mailed, by starting the workflow with `{ resend: <id> }`, or
   * with `{ resend: <id>, uncertain: true }` where it may have been mailed. It returns `{ status: 'SENT' }`, or, where
   * there was nothing for it to send, what the message is by now.
   *
   * @param grantee who may send them again
   */
  public grantResend(grantee: iam.IGrantable): iam.Grant {
    return this.grantStart(grantee);
  }

  private grantStart(grantee: iam.IGrantable): iam.Grant {
    const { workflow } = this;
    return workflow.stateMachineType === sfn.StateMachineType.EXPRESS
      ? workflow.grantStartSyncExecution(grantee)
      : workflow.grantStartExecution(grantee);
  }

  private messages(removalPolicy: RemovalPolicy, encryptionKey?: kms.IKey): dynamodb.Table {
    return new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
      encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy,
    });
  }

  private stampKey(): kms.Key {
    return new kms.Key(this, 'StampKey', {
      description: `Signs the timestamps of the form ${this.node.path}`,
      keySpec: kms.KeySpec.HMAC_256,
      keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
      // Nothing is lost with it but the timestamps of a day.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** What the function has to know. */
  private config(
    props: ContactFormProps,
    fields: FieldConfig[],
    key?: kms.Key,
    captchaWorkflow?: Workflow,
  ): FormConfig {
    const { minFillTime, captcha } = props;
    return {
      fields,
      sync: props.sync ?? false,
      title: props.title ?? 'Contact',
      origins: props.allowOrigins ?? [],
      workflowArn: this.workflow.aliasArn,
      honeypot: props.honeypot ?? DEFAULT_HONEYPOT,
      duplicateWindowMs: props.duplicateWindow?.toMilliseconds() ?? DEFAULT_WINDOW_MS,
      retentionMs: props.retention?.toMilliseconds() ?? DEFAULT_RETENTION_MS,
      thankYouUrl: props.thankYouUrl,
      minFillTime: minFillTime && key && { ms: minFillTime.toMilliseconds(), keyArn: key.keyArn },
      captcha: captcha && captchaWorkflow && { field: captcha.field, workflowArn: captchaWorkflow.aliasArn },
    };
  }
}

/** Lets whoever uses the table use its key, through DynamoDB alone. */
function useByTable(scope: Construct, { keyArn }: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: TABLE_KEY_ACTIONS,
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

function defaultFields(): FormField[] {
  return [FormField.text('name', { maxLength: 100 }), FormField.email('email'), FormField.multiline('message')];
}
