import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import {
  DEFAULT_HONEYPOT,
  DEFAULT_RETENTION_MS,
  DEFAULT_WINDOW_MS,
  type FieldConfig,
  MAX_BODY_BYTES,
  MAX_STAMP_AGE_MS,
  STAMP_FIELD,
} from './constants';
import type { ContactFormProps } from './contact-form-props';
import { mailProblem } from './mail-checks';
import { webProblem } from './web-checks';

/** Refuses what a form can't be. */
export function checkForm(scope: Construct, props: ContactFormProps, fields: FieldConfig[]): void {
  const problem =
    recipientProblem(props.recipient) ??
    fieldsProblem(props, fields) ??
    webProblem(props) ??
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
  return sizeProblem(fields);
}

function sizeProblem(fields: FieldConfig[]): string | undefined {
  const filled = Object.fromEntries(fields.map(({ name, maxLength }) => [name, 'x'.repeat(maxLength)]));
  const bytes = JSON.stringify(filled).length;
  if (bytes <= MAX_BODY_BYTES) return undefined;
  return `its fields take ${bytes} bytes where all are as long as they may be, and a message has ${MAX_BODY_BYTES} at most; give them a smaller maxLength, or use fewer`;
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
  if (wrong) return `${wrong[0]} has to be known, and from ${wrong[2].toHumanString()} to ${wrong[3].toHumanString()}`;
  const same = duplicateWindow?.toMilliseconds() ?? DEFAULT_WINDOW_MS;
  const kept = retention?.toMilliseconds() ?? DEFAULT_RETENTION_MS;
  if (same <= kept) return undefined;
  return `the duplicateWindow, ${Duration.millis(same).toHumanString()}, is longer than the retention, ${Duration.millis(kept).toHumanString()}; what is deleted is not known again, so keep messages as long at least`;
}
