import { Token } from 'aws-cdk-lib';
import type { FieldConfig, FieldKind } from './constants';

/** How a field of a form is. */
export interface FormFieldOptions {
  /**
   * What people read beside it.
   *
   * @default - its name, with a capital
   */
  readonly label?: string;

  /**
   * Whether it has to be filled in.
   *
   * @default true
   */
  readonly required?: boolean;
}

/** How a field of a form is that holds text. */
export interface TextFieldOptions extends FormFieldOptions {
  /**
   * How many characters it may have.
   *
   * @default - 200 for a line, 5000 for several lines
   */
  readonly maxLength?: number;
}

/** As SMTP limits an address (RFC 5321, 4.5.3.1.3). */
const MAX_ADDRESS = 254;

/** A field of a contact form: it is in the schema of the API, in the check, in what is kept, and in the mail. */
export class FormField {
  /**
   * A line of text.
   *
   * @param name its name: a letter, then letters, digits, `-` and `_`
   * @param options label, required, length
   */
  public static text(name: string, options: TextFieldOptions = {}): FormField {
    return new FormField(name, 'text', options, options.maxLength ?? 200);
  }

  /**
   * Text of several lines.
   *
   * @param name its name: a letter, then letters, digits, `-` and `_`
   * @param options label, required, length
   */
  public static multiline(name: string, options: TextFieldOptions = {}): FormField {
    return new FormField(name, 'multiline', options, options.maxLength ?? 5000);
  }

  /**
   * The visitor's e-mail address. A form has one at most: the mail's Reply-To.
   *
   * @param name its name: a letter, then letters, digits, `-` and `_`
   * @param options label, required
   */
  public static email(name: string, options: FormFieldOptions = {}): FormField {
    return new FormField(name, 'email', options, MAX_ADDRESS);
  }

  /**
   * One of several texts.
   *
   * @param name its name: a letter, then letters, digits, `-` and `_`
   * @param choices the texts
   * @param options label, required
   */
  public static choice(name: string, choices: string[], options: FormFieldOptions = {}): FormField {
    // What is submitted is compared in this form.
    const normal = choices.map((one) => one.normalize('NFC'));
    return new FormField(name, 'choice', options, Math.max(1, ...normal.map((one) => one.length)), normal);
  }

  /**
   * A box to tick: `true` in JSON, `on` of a form, or `yes`, which is what is kept. `false` and an empty text are a box
   * that isn't ticked; anything else is invalid. Where it is required it has to be ticked.
   *
   * @param name its name: a letter, then letters, digits, `-` and `_`
   * @param options label, required
   */
  public static checkbox(name: string, options: FormFieldOptions = {}): FormField {
    return new FormField(name, 'checkbox', options, 3);
  }

  /** @internal */
  public readonly _config: FieldConfig;

  private constructor(name: string, kind: FieldKind, given: FormFieldOptions, maxLength: number, options?: string[]) {
    const { label = name.charAt(0).toUpperCase() + name.slice(1), required = true } = given;
    this._config = { name, kind, label, required, maxLength, ...(options && { options }) };
    const problem = problemOf(this._config);
    if (problem !== undefined) throw new Error(`FormField: the field ${JSON.stringify(name)} ${problem}`);
  }
}

function problemOf({ name, label, maxLength, options }: FieldConfig): string | undefined {
  const texts = [name, label, ...(options ?? [])];
  if (Token.isUnresolved(texts) || Token.isUnresolved(maxLength)) return 'has a token; give what is known at synthesis';
  if (!/^[A-Za-z][\w-]{0,49}$/.test(name)) {
    return 'needs a name that begins with a letter, and has at most 50 letters, digits, - and _';
  }
  if (name in Object.prototype) return 'has a name that JavaScript uses itself; give another one';
  if (!/^\P{Cc}{1,100}$/u.test(label)) return 'needs a label of 1 to 100 characters, without control characters';
  if (!Number.isInteger(maxLength) || maxLength < 1 || maxLength > 10_000) {
    return `has the maxLength ${maxLength}; give a whole number from 1 to 10000`;
  }
  if (options === undefined) return undefined;
  if (options.length === 0 || new Set(options).size < options.length) return 'needs choices, each of them once';
  if (options.some((one) => !/^[^\p{Cc}]{1,100}$/u.test(one) || one.trim() !== one)) {
    return 'needs choices of 1 to 100 characters, without control characters and spaces around them';
  }
  return undefined;
}
