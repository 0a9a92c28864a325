import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EmailSender } from '../email/email-sender';
import { invalid } from '../step/names';
import { allowTables } from './approval-store';
import type { Approver } from './approver';
import type { ApproverAuth } from './approver-auth';
import { Variable } from './constants';
import { handlerFunction } from './handler-function';

/** What the handlers of an approval work with. */
export interface HandlersProps {
  readonly requests: dynamodb.TableV2;
  readonly audit: dynamodb.TableV2;
  readonly auditDays: number;
  /** The key that signs links, and those whose links are still out. */
  readonly linkKeys: [kms.IKey, ...kms.IKey[]];
  /** Where the pages are. */
  readonly url: string;
  readonly auth: ApproverAuth;
  readonly approvers: Approver[];
  readonly sender?: EmailSender;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The handlers of an approval, each of which may do what it does. */
export interface Handlers {
  /** Makes requests, and tells approvers of them: for the workflow. */
  readonly notify: lambda.Function;
  /** Shows requests, and takes answers: for the internet. */
  readonly page: lambda.Function;
  /** Takes answers: for a portal. */
  readonly respond: lambda.Function;
}

export function approvalHandlers(scope: Construct, props: HandlersProps): Handlers {
  const { requests, audit, linkKeys, url, auth, approvers, sender, logRetention, removalPolicy } = props;
  const { path } = scope.node;
  const common = {
    [Variable.TABLE]: requests.tableName,
    [Variable.AUDIT_TABLE]: audit.tableName,
    [Variable.AUDIT_DAYS]: String(props.auditDays),
    [Variable.NAME]: path,
  };
  const keys = { [Variable.KEYS]: linkKeys.map((key) => key.keyArn).join(',') };

  const notify = handlerFunction(scope, 'Notify', {
    handler: 'notify',
    description: `Makes the requests of ${path}, and tells approvers of them`,
    timeout: Duration.minutes(1),
    environment: {
      ...common,
      ...keys,
      [Variable.URL]: auth._app?.url ?? url,
      ...senderVariables(scope, sender, approvers),
    },
    logRetention,
    removalPolicy,
  });
  allowTables(notify, { requests, audit, create: true });
  // Executions that run go on with the version that they began with, which signs with the key of its time.
  for (const key of linkKeys) key.grantGenerateMac(notify);
  allowNotifications(scope, notify, approvers, sender);

  const page = handlerFunction(scope, 'Page', {
    handler: 'page',
    description: `Shows the requests of ${path} to approvers, and takes their answers`,
    timeout: Duration.seconds(20),
    environment: {
      ...common,
      ...keys,
      [Variable.AUTH]: auth._kind,
      ...(auth._app && { [Variable.APP_ORIGIN]: auth._app.origin }),
    },
    logRetention,
    removalPolicy,
  });
  allowTables(page, { requests, audit, create: false });
  for (const key of linkKeys) key.grantVerifyMac(page);

  const respond = handlerFunction(scope, 'Respond', {
    handler: 'respond',
    description: `Takes the answers to requests of ${path} from a portal`,
    timeout: Duration.seconds(20),
    environment: common,
    logRetention,
    removalPolicy,
  });
  allowTables(respond, { requests, audit, create: false });
  return { notify, page, respond };
}

function senderVariables(scope: Construct, sender: EmailSender | undefined, approvers: Approver[]) {
  if (sender === undefined) {
    if (addresses(approvers).length === 0) return {};
    throw invalid(scope, 'has approvers who get mails, and no sender; give EmailSender.identity(…)');
  }
  const { header, configurationSetName: set } = sender;
  return { [Variable.SENDER]: header, ...(set !== undefined && { [Variable.CONFIGURATION_SET]: set }) };
}

function allowNotifications(
  scope: Construct,
  notify: lambda.Function,
  approvers: Approver[],
  sender: EmailSender | undefined,
): void {
  const recipients = addresses(approvers);
  checkRecipients(scope, recipients);
  if (recipients.length > 0) sender?.grantSend(notify, recipients);
  for (const approver of approvers) {
    for (const statement of approver._statements(scope)) notify.addToRolePolicy(statement);
  }
}

function addresses(approvers: Approver[]): string[] {
  return [...new Set(approvers.filter(({ _ref }) => _ref.way === 'email').map(({ _ref }) => _ref.name))];
}

/**
 * A managed policy has at most 6,144 characters, and beside the addresses those of the sender and what the policy itself
 * takes. CDK splits policies, but no statement.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_RECIPIENT_CHARACTERS = 5000;

function checkRecipients(scope: Construct, recipients: string[]): void {
  const { length } = JSON.stringify(recipients);
  if (length <= MAX_RECIPIENT_CHARACTERS) return;
  throw invalid(
    scope,
    `has ${recipients.length} approvers who get mails, whose addresses take ${length} characters of the policy that lets it send; it has room for ${MAX_RECIPIENT_CHARACTERS}: ask fewer, or some by a topic`,
  );
}
