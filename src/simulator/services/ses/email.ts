/** A mail that SES took, as tests read it. */
export interface Email {
  readonly messageId: string;
  /** Virtual time. */
  readonly at: Date;
  /** As it was given, e.g. `A Name <a@b.example>`; so are all addresses. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** The headers that the sender added. */
  readonly headers: { readonly [name: string]: string };
  readonly configurationSet?: string;
  readonly tags: { readonly [name: string]: string };
}
