import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import { DEFAULT_HONEYPOT, type FieldConfig, MAX_STAMP_AGE_MS, STAMP_FIELD } from './constants';
import type { ContactFormProps } from './contact-form-props';
import { type MailTemplate, placeholdersIn } from './mail-template';
import { placeholderNames } from './mails';

/** Refuses what a form can't be. */
export function checkForm(scope: Construct, props: ContactFormProps, fields: FieldConfig[]): void {
  const problem =
    recipientProblem(props.recipient) ??
    fieldsProblem(props, fields) ??
    originsProblem(props.allowOrigins ?? [], props.thankYouUrl) ??
    mailProblem(props, fields) ??
    timesProblem(props);
  if (problem !== undefined) throw invalid(scope, problem);
}

function recipientProblem(recipient: string): string | undefined {
  if (Token.isUnresolved(recipient) || /^[^\s@,;<>"]+@[^\s@,;<>"]+$/.test(recipient)) return undefined;
  return `the recipient '${recipient}' is no plain e-mail address; give one such as hello@acme.example`;
}

function fieldsProblem(
  { honeypot = DEFAULT_HONEYPOT, captcha }: ContactFormProps,
  fields: FieldConfig[],
): string | undefined {
  const names = [...fields.map(({ name }) => name), honeypot, STAMP_FIELD, ...(captcha ? [captcha.field] : [])];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    return `the field '${twice}' is there twice: fields, the honeypot, '${STAMP_FIELD}' and the captcha's answer need names of their own`;
  }
  const reserved = names.find((name) => ['id', 'receivedAt'].includes(name));
  if (reserved !== undefined) return `the field '${reserved}' has the name of a placeholder; give it another one`;
  if (!/^[A-Za-z][\w-]{0,49}$/.test(honeypot)) {
    return `the honeypot '${honeypot}' needs a name that begins with a letter, and has at most 50 letters, digits, - and _`;
  }
  if (fields.filter(({ kind }) => kind === 'email').length > 1) {
    return "there are several e-mail fields; the visitor's address is one, as it is the mail's Reply-To";
  }
  if (!fields.some(({ required }) => required)) {
    return 'no field is required, so that an empty message would be one; require at least one';
  }
  return undefined;
}

function originsProblem(origins: string[], thankYouUrl?: string): string | undefined {
  const wrong = origins.find(
    (origin) =>
      Token.isUnresolved(origin) ||
      !/^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/.test(origin),
  );
  if (wrong !== undefined) {
    return `the origin '${wrong}' is not what a browser sends; give scheme and host in small letters, without a path, as in https://acme.example`;
  }
  if (thankYouUrl === undefined || (!Token.isUnresolved(thankYouUrl) && /^https?:\/\/[^\s'"<>]+$/.test(thankYouUrl))) {
    return undefined;
  }
  return `the thankYouUrl '${thankYouUrl}' is no URL; give one such as https://acme.example/thanks`;
}

function mailProblem({ mail, confirmation, sync }: ContactFormProps, fields: FieldConfig[]): string | undefined {
  const oneLine = fields.filter(({ kind }) => kind !== 'multiline');
  const problem =
    (mail && templateProblem('mail', mail, placeholderNames(fields), placeholderNames(oneLine))) ??
    (confirmation && templateProblem('confirmation', confirmation, placeholderNames([]), placeholderNames([])));
  if (problem !== undefined || confirmation === undefined) return problem;
  if (sync) return 'it is sync, and so has no time for a confirmation: its answer is one; remove one of the two';
  if (fields.some(({ kind, required }) => kind === 'email' && required)) return undefined;
  return 'the confirmation has nowhere to go; give the form an e-mail field that is required';
}

function templateProblem(
  what: string,
  { subject, text, html }: MailTemplate,
  allowed: string[],
  inSubject: string[],
): string | undefined {
  if ([subject, text, html].some((part) => Token.isUnresolved(part))) {
    return `the ${what} has a token; its texts are parts of expressions, so they must be known at synthesis`;
  }
  if (!/^\P{Cc}{1,200}$/u.test(subject)) {
    return `the subject of the ${what} needs 1 to 200 characters, without control characters`;
  }
  const wrong =
    placeholdersIn(subject).find((name) => !inSubject.includes(name)) ??
    placeholdersIn(`${text}${html ?? ''}`).find((name) => !allowed.includes(name));
  if (wrong === undefined) return undefined;
  return `the ${what} has the placeholder {{${wrong}}}; it can have ${allowed.join(', ')}, and in the subject ${inSubject.join(', ')}`;
}

function timesProblem({ duplicateWindow, retention, minFillTime, confirmation }: ContactFormProps): string | undefined {
  const times: [string, Duration | undefined, Duration, Duration][] = [
    ['duplicateWindow', duplicateWindow, Duration.minutes(1), Duration.days(30)],
    ['retention', retention, Duration.days(1), Duration.days(3650)],
    ['minFillTime', minFillTime, Duration.seconds(1), Duration.millis(MAX_STAMP_AGE_MS / 2)],
    ['confirmation.every', confirmation?.every, Duration.minutes(1), Duration.days(365)],
  ];
  const wrong = times.find(
    ([, time, least, most]) =>
      time &&
      (time.isUnresolved() ||
        time.toMilliseconds() < least.toMilliseconds() ||
        time.toMilliseconds() > most.toMilliseconds()),
  );
  return wrong && `${wrong[0]} has to be known, and from ${wrong[2].toHumanString()} to ${wrong[3].toHumanString()}`;
}
