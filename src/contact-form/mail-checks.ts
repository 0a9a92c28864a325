import { Token } from 'aws-cdk-lib';
import type { FieldConfig } from './constants';
import type { ContactFormProps } from './contact-form-props';
import { MAX_IN_SUBJECT, type MailTemplate, placeholdersIn } from './mail-template';
import { placeholderNames } from './mails';

/** With its name a line of a header, in ASCII (RFC 5322, 2.1.1). */
const MAX_SUBJECT = 980;
const ID_LENGTH = 32;

/** What is wrong with the mails of a form. */
export function mailProblem({ mail, confirmation, sync }: ContactFormProps, fields: FieldConfig[]): string | undefined {
  const oneLine = fields.filter(({ kind }) => kind !== 'multiline');
  const problem =
    (mail && templateProblem('mail', mail, placeholderNames(fields), oneLine)) ??
    (confirmation && templateProblem('confirmation', confirmation, placeholderNames([]), []));
  if (problem !== undefined || confirmation === undefined) return problem;
  if (sync) return 'it is sync, and so has no time for a confirmation: its answer is one; remove one of the two';
  if (fields.some(({ kind, required }) => kind === 'email' && required)) return undefined;
  return 'the confirmation has nowhere to go; give the form an e-mail field that is required';
}

function templateProblem(
  what: string,
  { subject, text, html }: MailTemplate,
  allowed: string[],
  subjectFields: FieldConfig[],
): string | undefined {
  if ([subject, text, html].some((part) => Token.isUnresolved(part))) {
    return `the ${what} has a token; its texts are parts of expressions, so they must be known at synthesis`;
  }
  if (!/^\P{Cc}{1,200}$/u.test(subject)) {
    return `the subject of the ${what} needs 1 to 200 characters, without control characters`;
  }
  const inSubject = placeholderNames(subjectFields);
  const wrong =
    placeholdersIn(subject).find((name) => !inSubject.includes(name)) ??
    placeholdersIn(`${text}${html ?? ''}`).find((name) => !allowed.includes(name));
  if (wrong === undefined) return lengthProblem(what, subject, subjectFields);
  return `the ${what} has the placeholder {{${wrong}}}; it can have ${allowed.join(', ')}, and in the subject ${inSubject.join(', ')}`;
}

/** How long the subject may become with what the fields, or an id, can hold. */
function lengthProblem(what: string, subject: string, fields: FieldConfig[]): string | undefined {
  const longest = subject.replace(/\{\{([^}]*)\}\}/g, (_all, name: string) => {
    const { maxLength = ID_LENGTH } = fields.find((field) => field.name === name.trim()) ?? {};
    return 'x'.repeat(Math.min(maxLength, MAX_IN_SUBJECT));
  }).length;
  if (longest <= MAX_SUBJECT) return undefined;
  return `the subject of the ${what} can come to ${longest} characters, of ${MAX_SUBJECT}; use fewer placeholders in it`;
}
