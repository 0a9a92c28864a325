import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import { AwsError, type Requirement, type Service, type ServiceCall } from '../service';
import { type Address, bad, parseAddress } from './address';
import { readContent } from './content';
import type { Email } from './email';
import { Identities } from './identities';

type Input = ServiceCall['input'];

const PARAMETERS = [
  ...['FromEmailAddress', 'FromEmailAddressIdentityArn', 'Destination', 'ReplyToAddresses', 'Content'],
  ...['FeedbackForwardingEmailAddress', 'ConfigurationSetName', 'EmailTags'],
];
const MAX_RECIPIENTS = 50;

/** What IAM calls the sending of each kind of content. */
const ACTIONS: { readonly [kind: string]: string } = { Raw: 'ses:SendRawEmail', Template: 'ses:SendTemplatedEmail' };

/** SES, in its second version: takes mails, and keeps them for the test. None is ever sent. */
export class SesService implements Service {
  readonly name = 'ses';
  /** What was taken, in order. */
  readonly emails: Email[] = [];
  private readonly identities: Identities;

  constructor(private readonly context: ServiceContext) {
    this.identities = new Identities(context);
  }

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    const from = sender(input);
    const recipients = Object.values(destination(input)).flat();
    const feedback = input.FeedbackForwardingEmailAddress as string | undefined;
    const context = {
      'ses:ApiVersion': '2',
      'ses:FromAddress': from.email,
      ...(from.displayName && { 'ses:FromDisplayName': from.displayName }),
      ...(recipients.length > 0 && { 'ses:Recipients': recipients.map(({ email }) => email) }),
      ...(feedback && { 'ses:FeedbackAddress': feedback }),
    };
    const action = ACTIONS[Object.keys((input.Content ?? {}) as object)[0]] ?? 'ses:SendEmail';
    const set = input.ConfigurationSetName;
    const arns = [this.identityArn(input, from), ...(set === undefined ? [] : [this.setArn(String(set))])];
    return arns.map((resource) => ({ action, resource, context }));
  }

  async perform({ operation, input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    checkSupported(operation, input);
    const from = sender(input);
    this.checkVerified(input, from);
    const set = input.ConfigurationSetName as string | undefined;
    this.checkConfigurationSet(set);
    const { to, cc, bcc } = destination(input);
    const count = to.length + cc.length + bcc.length;
    if (count === 0) throw bad('Destination has no recipients');
    if (count > MAX_RECIPIENTS) throw bad(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
    const messageId = `0100019b${this.context.newId()}-000000`;
    this.emails.push({
      messageId,
      at: new Date(this.context.now()),
      from: from.text,
      to: texts(to),
      cc: texts(cc),
      bcc: texts(bcc),
      replyTo: texts(addresses(input.ReplyToAddresses)),
      ...readContent((input.Content ?? {}) as Input, this.context.resources),
      ...(set !== undefined && { configurationSet: set }),
      tags: Object.fromEntries(
        ((input.EmailTags ?? []) as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]),
      ),
    });
    return { MessageId: messageId };
  }

  async close(): Promise<void> {}

  /** What IAM judges: the identity that stands for the sender; where there is none, the address itself. */
  private identityArn(input: Input, from: Address): string {
    const given = input.FromEmailAddressIdentityArn;
    return given === undefined ? (this.identities.arnFor(from) ?? this.identities.arn(from.email)) : String(given);
  }

  private checkVerified(input: Input, from: Address): void {
    if (this.identities.isVerified(this.identityArn(input, from))) return;
    const region = this.context.region.toUpperCase();
    const failed = `The following identities failed the check in region ${region}: ${from.text}`;
    throw new AwsError('MessageRejected', `Email address is not verified. ${failed}`);
  }

  private checkConfigurationSet(name: string | undefined): void {
    if (name === undefined) return;
    const sets = this.context.resources.ofType('AWS::SES::ConfigurationSet');
    if (sets.some(({ physicalId }) => physicalId === name)) return;
    throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
  }

  private setArn(name: string): string {
    const { partition, region, account } = this.context;
    return `arn:${partition}:ses:${region}:${account}:configuration-set/${name}`;
  }
}

function sender(input: Input): Address {
  if (typeof input.FromEmailAddress === 'string') return parseAddress(input.FromEmailAddress);
  throw bad('Missing required field FromEmailAddress');
}

function destination({ Destination: given }: Input): { [kind in 'to' | 'cc' | 'bcc']: Address[] } {
  const { ToAddresses: to, CcAddresses: cc, BccAddresses: bcc, ...rest } = (given ?? {}) as Input;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new SimulatorFault(`Destination.${unknown} of SES's SendEmail is not supported`);
  return { to: addresses(to), cc: addresses(cc), bcc: addresses(bcc) };
}

function addresses(list: unknown): Address[] {
  return ((list ?? []) as string[]).map(parseAddress);
}

function texts(list: readonly Address[]): string[] {
  return list.map(({ text }) => text);
}

function checkSupported(operation: string, input: Input): void {
  if (operation !== 'SendEmail') throw new SimulatorFault(`SES's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !PARAMETERS.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of SES's SendEmail is not supported`);
}
