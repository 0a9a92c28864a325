import { createHash, randomBytes } from 'node:crypto';
import { Metric } from '../constants';
import { auditView, ipHash } from './audit';
import { type Decided, decide, settled } from './decide';
import { isAwaited } from './deliver';
import { type Answer, MAX_BODY_BYTES, readForm } from './form';
import { answer, bodyOf, type HttpAnswer, type HttpEvent, isForeign, isForm } from './http';
import { parseLink, type SignedLink } from './link';
import { metric } from './metrics';
import { fixedPage, formPage, outcomePage } from './page';
import { type ApprovalRequest, type FormNonce, voteOf } from './request';
import { isSigned } from './sign';
import { addNonce, read } from './store';
import { isSignInNeeded, type Person, personOf } from './who';

/** Answers with the same words whatever the request is about. */
const fixed = (status: number, title: string, text: string) => (headers?: { readonly [name: string]: string }) =>
  answer(status, fixedPage(title, text), headers);

const NOT_VALID = fixed(
  404,
  'This link is not valid',
  'Please open the link from the message that you got, unchanged.',
);
const NOT_YOURS = fixed(403, 'This link is not yours', 'Please sign in as the one who got the message.');
const REFUSED = fixed(403, 'Not accepted', 'Please open the link from the message that you got, and answer there.');
const NOT_ALLOWED = fixed(405, 'Not allowed', 'This page can be opened, and its form can be sent.');
const BAD_FORM = fixed(400, 'Not understood', 'Please choose a decision, and keep the comment under 1,000 characters.');
const TOO_LARGE = fixed(413, 'Too long', 'Please send a shorter comment.');
const NO_FORM = fixed(415, 'Not understood', 'Please answer with the form of the page.');
const EXPIRED = fixed(410, 'Too late', 'The time to answer is over, and the request went on without this answer.');
const CLOSED = fixed(
  410,
  'No longer open',
  'What asked for this decision has ended. Nothing comes of an answer any more.',
);
const SELF = fixed(403, 'Not accepted', 'Who asks for an approval can not give it.');
export const FAILED = fixed(
  500,
  'Something went wrong',
  'Please open the link again in a minute, and see what was kept.',
);

/** Shows a request, or takes an answer to it. */
export async function serve(event: HttpEvent): Promise<HttpAnswer> {
  const { method } = event.requestContext.http;
  if (!['GET', 'HEAD', 'POST'].includes(method)) return NOT_ALLOWED({ allow: 'GET, HEAD, POST' });
  const link = parseLink(event.rawPath);
  if (link === undefined) return NOT_VALID();
  const sent = method === 'POST' ? sentForm(event) : undefined;
  if (sent && 'statusCode' in sent) return sent;
  if (!(await isSigned(link))) {
    metric(Metric.SIGNATURES_REFUSED);
    return NOT_VALID();
  }
  const request = await read(link.id);
  if (request === undefined) return NOT_VALID();
  if (request.status === 'PENDING' && !(await isAwaited(request))) return CLOSED();
  return withRequest({ event, link, request, sent });
}

interface Visit {
  readonly event: HttpEvent;
  readonly link: SignedLink;
  readonly request: ApprovalRequest;
  readonly sent?: Answer;
}

/** What was sent, or what is wrong with it. */
function sentForm(event: HttpEvent): Answer | HttpAnswer {
  if (isForeign(event)) return REFUSED();
  if (!isForm(event)) return NO_FORM();
  const body = bodyOf(event);
  if (body.length > MAX_BODY_BYTES) return TOO_LARGE();
  return readForm(body.toString()) ?? BAD_FORM();
}

async function withRequest(visit: Visit): Promise<HttpAnswer> {
  const { event, link, request, sent } = visit;
  // The approvers of an earlier level are not known any more.
  const approver = link.level === request.level ? request.approvers[link.approver] : undefined;
  const person = approver && personOf(approver, event);
  if (approver && person === undefined) return NOT_YOURS();
  const { method, sourceIp } = event.requestContext.http;
  await auditView(request, {
    method,
    level: link.level,
    place: link.approver,
    approver: person?.who,
    principal: person?.principal,
    ipHash: ipHash(request, sourceIp),
  });
  if (approver === undefined || person === undefined) return ofEarlierLevel(request);
  return sent ? take(visit, person, sent) : show(visit, person);
}

/** What the link of an earlier level still shows: to whom it is shown, it can't tell, where they have to sign in. */
async function ofEarlierLevel(request: ApprovalRequest): Promise<HttpAnswer> {
  return request.outcome && !isSignInNeeded() ? decided(await settled(request, 'stands')) : EXPIRED();
}

/** Shows the request as it is: nothing is decided by that. What was decided and not delivered is delivered. */
async function show({ event, link, request }: Visit, { who }: Person): Promise<HttpAnswer> {
  if (request.outcome || voteOf(request, who)) return decided(await settled(request, 'stands'));
  if (isOver(link)) return EXPIRED();
  if (event.requestContext.http.method === 'HEAD') return answer(200, '');
  return form(request, link, who);
}

async function take({ event, link, request }: Visit, { who, principal }: Person, sent: Answer): Promise<HttpAnswer> {
  const { decision, comment } = sent;
  const { sourceIp } = event.requestContext.http;
  const at = new Date().toISOString();
  const vote = { decision, comment, at, level: link.level, ipHash: ipHash(request, sourceIp), principal };
  const result = await decide(request, who, vote, nonceOf(link, sent.nonce));
  if (result.kind === 'stale') return form(result.request, link, who, 409, STALE);
  return decided(result);
}

const STALE = 'Your answer was not taken, as this form was sent before, or is too old. Please answer once more.';

function decided({ kind, request, delivery }: Decided): HttpAnswer {
  if (kind === 'self') return SELF();
  if (kind === 'expired') return EXPIRED();
  if (delivery === 'closed') return CLOSED();
  if (kind !== 'conflicts') return answer(200, outcomePage(request));
  return answer(409, outcomePage(request, 'Your answer was not taken: it says otherwise than what stands already.'));
}

async function form(request: ApprovalRequest, link: SignedLink, who: string, status = 200, note?: string) {
  const nonce = randomBytes(16).toString('hex');
  await addNonce(request.id, nonceOf(link, nonce));
  return answer(status, formPage(request, { who, nonce, note }));
}

/** What is kept of a nonce, which is good for one approver's link alone. */
function nonceOf({ mac, approver }: SignedLink, nonce: string): FormNonce {
  const hash = createHash('sha256').update(`${mac}|${nonce}`).digest('hex').slice(0, 32);
  return { attribute: `nonces_${approver}`, hash };
}

function isOver({ expiresAt }: SignedLink): boolean {
  return Date.now() >= expiresAt * 1000;
}
