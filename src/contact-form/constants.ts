/** What a message of a contact form is, from its keeping to its mailing. */
export const STATUS = {
  /** Kept, and about to be mailed: whether it was is not known yet. */
  SENDING: 'SENDING',
  /** Mailed. */
  SENT: 'SENT',
  /** Certainly not mailed: SES refused it. */
  UNSENT: 'UNSENT',
  /** SES gave no answer: it may have been mailed, so it isn't mailed again by itself. */
  UNCERTAIN: 'UNCERTAIN',
  /** Not kept: it has expired, or there never was one of that id. */
  NOT_FOUND: 'NOT_FOUND',
} as const;

/** The most bytes that a submission may have; of a form, when it is decoded: as it is sent it is up to thrice as long. */
export const MAX_BODY_BYTES = 16 * 1024;

/** How long the form waits for what checks its captcha. */
export const CAPTCHA_PATIENCE_MS = 6_000;

/** For how long the same content is the same message by default. */
export const DEFAULT_WINDOW_MS = 60 * 60 * 1000;

/** How long a message is kept by default. */
export const DEFAULT_RETENTION_MS = 90 * 24 * 60 * 60 * 1000;

/** How long after it was made a signed timestamp may be sent along. */
export const MAX_STAMP_AGE_MS = 24 * 60 * 60 * 1000;

/** The field that people don't see and leave empty. */
export const DEFAULT_HONEYPOT = 'website';

/** The field of the signed timestamp. */
export const STAMP_FIELD = 'stamp';

/** The environment variable that has the handler's `FormConfig`, as JSON. */
export const CONFIG_VARIABLE = 'FORM';

/** A kind of field. */
export type FieldKind = 'text' | 'multiline' | 'email' | 'choice' | 'checkbox';

/** A field, as the handler knows it. */
export interface FieldConfig {
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly required: boolean;
  readonly maxLength: number;
  /** Of a choice: what there is. */
  readonly options?: string[];
}

/** All that the handler knows of its form. */
export interface FormConfig {
  readonly title: string;
  readonly fields: FieldConfig[];
  readonly origins: string[];
  /** The alias of the workflow. */
  readonly workflowArn: string;
  /** Whether to wait until the mail is sent. */
  readonly sync: boolean;
  /** The field that people don't see and leave empty. */
  readonly honeypot: string;
  /** For how long the same content is the same message. */
  readonly duplicateWindowMs: number;
  /** How long a message is kept. */
  readonly retentionMs: number;
  /** Where a visitor without JavaScript goes when the message is taken. */
  readonly thankYouUrl?: string;
  readonly minFillTime?: { readonly ms: number; readonly keyArn: string };
  readonly captcha?: { readonly field: string; readonly workflowArn: string };
}

/** What the workflow is started with for a new message. */
export interface NewMessage {
  readonly id: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** A message of the same content that came before this is another one. ISO 8601. */
  readonly duplicateSince: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly fields: { readonly [name: string]: string };
}
