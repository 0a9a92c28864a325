import { SimulatorFault } from './engine';
import type { RequestOptions } from './requests';

/** What somebody answers to a request for approval. */
export interface ApprovalAnswer {
  /** @default 'approved' */
  readonly decision?: 'approved' | 'rejected';
  /** @default - none */
  readonly comment?: string;
  /** What the browser, or what it runs in, adds to its requests: a role, claims, an address. */
  readonly as?: Pick<RequestOptions, 'as' | 'claims' | 'sourceIp'>;
}

type Fetch = (url: string, options?: RequestOptions) => Promise<Response>;

/** What a browser says of a form that is sent from its own page, which tells others no referrer. */
const FORM_HEADERS = { origin: 'null', 'sec-fetch-site': 'same-origin' };

/**
 * Does what a person does who gets a message that asks for an approval: opens its link, chooses, and sends the form. Where
 * the page has no form, that page is the answer.
 */
export async function approve(
  fetch: Fetch,
  { text = '' }: { readonly text?: string },
  { decision = 'approved', comment = '', as }: ApprovalAnswer,
): Promise<Response> {
  const [link] = /https:\/\/\w+\.execute-api\.\S+/.exec(text) ?? [];
  if (link === undefined) throw new SimulatorFault(`the message has no link to an API: ${text}`);
  const opened = await fetch(link, as);
  const page = await opened.clone().text();
  const form = /<form[^>]*\bmethod="post"[^>]*>([\s\S]*?)<\/form>/i.exec(page)?.[1];
  if (form === undefined) return opened;
  const body = new URLSearchParams(hiddenFields(form));
  if (!form.includes(`name="decision" value="${decision}"`)) {
    throw new SimulatorFault(`the page at ${link} has no field to answer '${decision}' with`);
  }
  body.set('decision', decision);
  body.set('comment', comment.replace(/\r?\n/g, '\r\n'));
  return fetch(link, { ...as, method: 'POST', body, headers: FORM_HEADERS });
}

function hiddenFields(form: string): [name: string, value: string][] {
  const tags = form.match(/<input[^>]*type="hidden"[^>]*>/gi) ?? [];
  const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return tags.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]);
}
