import { answer } from './http';
import { fixedPage, MAX_COMMENT } from './page';

export const COMMENT_LIMIT = `It can have ${MAX_COMMENT.toLocaleString('en')} characters; emoji count as two or more.`;

/** Answers with the same words whatever the request is about. */
const fixed = (status: number, title: string, text: string) => (headers?: { readonly [name: string]: string }) =>
  answer(status, fixedPage(title, text), headers);

export const NOT_VALID = fixed(
  404,
  'This link is not valid',
  'Please open the link from the message that you got, unchanged.',
);
export const NOT_YOURS = fixed(403, 'This link is not yours', 'Please sign in as the one who got the message.');
export const REFUSED = fixed(
  403,
  'Not accepted',
  'Please open the link from the message that you got, and answer there.',
);
export const NOT_ALLOWED = fixed(405, 'Not allowed', 'This page can be opened, and its form can be sent.');
export const BAD_FORM = fixed(400, 'Not understood', 'Please choose a decision, and answer with the form of the page.');
export const TOO_LARGE = fixed(413, 'Too long', `Please send a shorter comment: ${COMMENT_LIMIT}`);
export const NO_FORM = fixed(415, 'Not understood', 'Please answer with the form of the page.');
export const EXPIRED = fixed(
  410,
  'Too late',
  'The time to answer is over, and the request went on without this answer.',
);
export const CLOSED = fixed(
  410,
  'No longer open',
  'What asked for this decision has ended. Nothing comes of an answer any more.',
);
export const SELF = fixed(403, 'Not accepted', 'Who asks for an approval can not give it.');
export const FULL = fixed(
  409,
  'Not kept',
  'So many have said no already that no more are kept. It can still be approved.',
);
export const FAILED = fixed(
  500,
  'Something went wrong',
  'Please open the link again in a minute, and see what was kept.',
);
