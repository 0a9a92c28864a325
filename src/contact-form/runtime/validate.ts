import type { FieldConfig } from '../constants';
import { type Problem, type Problems, Refusal } from './refusal';

/** Of a form: what it holds when it is valid. */
export type Fields = { readonly [name: string]: string };

/**
 * A control character, half of a pair, what makes text read otherwise than it is written, or what stands for something
 * that couldn't be read.
 */
const DECEPTIVE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFEFF\uFFFD]/u;

/**
 * What else a subject must not have: what isn't seen, but the two joiners that some scripts are written with, and the
 * beginning of an encoded word, which readers show decoded (RFC 2047).
 */
const HIDDEN = /(?![\u200C\u200D])\p{Cf}|=\?\w/u;

/**
 * An address as people have it: in ASCII, without quotes, comments and domain literals. What is stricter here than in
 * RFC 5321 is what headers have been broken with.
 */
const ADDRESS =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/;

/**
 * The fields of a submission, cleaned. Throws a `Refusal` with what is wrong, by field; of a name that isn't a field's
 * it says nothing, as that would be somebody else's text in an answer of ours.
 *
 * @param values what was submitted
 * @param others the names that may be there besides the fields
 */
export function validate(values: ReadonlyMap<string, unknown>, fields: FieldConfig[], others: string[]): Fields {
  const known = [...others, ...fields.map(({ name }) => name)];
  if ([...values.keys()].some((name) => !known.includes(name))) throw new Refusal(400);
  const checked = fields.map((field) => ({ name: field.name, ...check(values.get(field.name), field) }));
  const problems = checked.flatMap(({ name, problem }) => (problem ? [[name, problem] as const] : []));
  if (problems.length > 0) throw new Refusal(400, Object.fromEntries(problems) as Problems);
  return Object.fromEntries(checked.flatMap(({ name, text }) => (text ? [[name, text]] : [])));
}

interface Checked {
  readonly text?: string;
  readonly problem?: Problem;
}

function check(value: unknown, field: FieldConfig): Checked {
  if (value === undefined) return missing(field);
  if (field.kind === 'checkbox') return checkBox(value, field);
  if (typeof value !== 'string') return { problem: 'invalid' };
  const text = cleaned(value, field);
  if (text === '') return missing(field);
  if (field.kind !== 'choice' && [...text].length > field.maxLength) return { problem: 'too-long' };
  return isValid(text, field) ? { text } : { problem: 'invalid' };
}

function missing({ required }: FieldConfig): Checked {
  return required ? { problem: 'required' } : {};
}

/** Whether a box is ticked: JSON says true, a form sends `on`, and `yes` is what is kept. */
export function isTicked(value: unknown): boolean {
  return value === true || value === 'on' || value === 'yes';
}

function checkBox(value: unknown, field: FieldConfig): Checked {
  if (isTicked(value)) return { text: 'yes' };
  return value === false || value === '' ? missing(field) : { problem: 'invalid' };
}

/** Without what people don't see at its ends; in one of the forms in which Unicode writes the same. */
function cleaned(value: string, { kind }: FieldConfig): string {
  const text = kind === 'multiline' ? value.replace(/\r\n?/g, '\n').trim() : value.replace(/^ +| +$/g, '');
  return text.normalize('NFC');
}

function isValid(text: string, { kind, options }: FieldConfig): boolean {
  switch (kind) {
    case 'multiline':
      return !DECEPTIVE.test(text.replace(/[\n\t]/g, ''));
    case 'email':
      return ADDRESS.test(text);
    case 'choice':
      return options?.includes(text) ?? false;
    default:
      return !DECEPTIVE.test(text) && !HIDDEN.test(text);
  }
}
