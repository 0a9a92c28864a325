/** What is wrong with a field. */
export type Problem = 'required' | 'too-long' | 'invalid';

/** What is wrong, by field. */
export type Problems = { readonly [field: string]: Problem };

/** What is said where nothing more is to be said: fixed texts, that tell nothing of what is behind the form. */
export const MESSAGES: { readonly [status: number]: string } = {
  400: 'The message is not valid. Send the fields of the form, each once at most, and nothing else.',
  403: 'This site may not send messages here.',
  405: 'Send the message with POST.',
  413: 'The message is too large.',
  415: 'Send the message as JSON or as a form, in UTF-8.',
  502: 'The message could not be sent. Please try again later.',
  503: 'The message could not be taken. Please try again later.',
  504: 'The message took too long to be sent. Please try again later.',
};

/** A request that isn't done. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problems?: Problems,
  ) {
    super(MESSAGES[status]);
  }
}
