import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as ses from 'aws-cdk-lib/aws-ses';
import { isAddress } from './address';

/** In base64, with what is round them, they are the 75 characters that a word may have. */
const MAX_WORD_BYTES = 45;

/** How mails are sent. */
export interface EmailSenderOptions {
  /**
   * The name beside the address, e.g. `Acme Approvals`.
   *
   * @default - the address alone
   */
  readonly name?: string;

  /**
   * The configuration set, which tells of bounces and complaints.
   *
   * @default - that of the identity, if it has one
   */
  readonly configurationSet?: ses.IConfigurationSet;
}

/** What mails are sent from: an address of an identity that SES has verified. */
export class EmailSender {
  /**
   * An address of a verified domain, or a verified address.
   *
   * @param identity the domain or address that SES has verified, in this account and region
   * @param from the address that mails come from
   * @param options a name, a configuration set
   */
  public static identity(identity: ses.IEmailIdentity, from: string, options: EmailSenderOptions = {}): EmailSender {
    return new EmailSender(identity, from, options);
  }

  /** What the mail's From says. */
  public readonly header: string;

  private constructor(
    /** The identity that SES has verified. */
    public readonly emailIdentity: ses.IEmailIdentity,
    /** The address that mails come from. */
    public readonly from: string,
    private readonly options: EmailSenderOptions,
  ) {
    checkAddress(emailIdentity, from);
    const { name } = options;
    if (name !== undefined && !/^[^\p{Cc}"\\<>]{1,100}$/u.test(name)) {
      throw new Error(
        `EmailSender: the name ${JSON.stringify(name)} needs 1 to 100 characters, without quotes, brackets and control characters`,
      );
    }
    this.header = name === undefined ? from : `${phrase(name)} <${from}>`;
  }

  /** The name of the configuration set, if there is one. */
  public get configurationSetName(): string | undefined {
    return this.options.configurationSet?.configurationSetName;
  }

  /**
   * Lets somebody send mails from this address.
   *
   * @param grantee who may send them
   * @param recipients the addresses that they may send to; without them, any
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
   */
  public grantSend(grantee: iam.IGrantable, recipients?: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ses:SendEmail'],
      resourceArns: this.resourceArns,
      conditions: this.conditions(recipients),
    });
  }

  /** @internal */
  public _statement(recipients?: string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: this.resourceArns,
      conditions: this.conditions(recipients),
    });
  }

  private get resourceArns(): string[] {
    const { stack, emailIdentityArn } = this.emailIdentity;
    const { configurationSetName } = this;
    if (configurationSetName === undefined) return [emailIdentityArn];
    const set = stack.formatArn({ service: 'ses', resource: 'configuration-set', resourceName: configurationSetName });
    return [emailIdentityArn, set];
  }

  private conditions(recipients?: string[]): { [operator: string]: { [key: string]: string | string[] } } {
    return {
      StringEquals: { 'ses:FromAddress': this.from },
      ...(recipients && { 'ForAllValues:StringEquals': { 'ses:Recipients': recipients } }),
    };
  }
}

/** A name as headers take it: where it has more than ASCII, in words of at most 75 characters (RFC 2047). */
function phrase(name: string): string {
  if (/^[ -~]*$/.test(name)) return `"${name}"`;
  const words = [''];
  for (const character of name) {
    const longer = `${words.at(-1)}${character}`;
    if (Buffer.byteLength(longer) <= MAX_WORD_BYTES) words[words.length - 1] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

function checkAddress(identity: ses.IEmailIdentity, from: string): void {
  if (Token.isUnresolved(from)) return;
  if (!isAddress(from)) {
    throw new Error(`EmailSender: '${from}' is no plain e-mail address; give one such as site@acme.example`);
  }
  const { emailIdentityName } = identity;
  if (Token.isUnresolved(emailIdentityName)) return;
  const verified = emailIdentityName.toLowerCase();
  const own = from.slice(from.indexOf('@') + 1).toLowerCase();
  if (verified === from.toLowerCase() || own === verified || own.endsWith(`.${verified}`)) return;
  throw new Error(
    `EmailSender: '${from}' is no address of the identity '${emailIdentityName}', so SES would refuse it`,
  );
}
