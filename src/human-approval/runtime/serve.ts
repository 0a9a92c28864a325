import { createHash, randomBytes } from 'node:crypto';
import { Metric } from '../constants';
import { auditView, ipHash } from './audit';
import { type Decided, decide, settled } from './decide';
import { isAwaited } from './deliver';
import {
  BAD_FORM,
  CLOSED,
  COMMENT_LIMIT,
  EXPIRED,
  FULL,
  NO_FORM,
  NOT_ALLOWED,
  NOT_VALID,
  NOT_YOURS,
  REFUSED,
  SELF,
  TOO_LARGE,
} from './fixed-pages';
import { type Answer, MAX_BODY_BYTES, readForm } from './form';
import { answer, appOrigin, bodyOf, type HttpAnswer, type HttpEvent, isForeign, isForm } from './http';
import { parseLink, type SignedLink } from './link';
import { metric } from './metrics';
import { type FormParts, formPage, outcomePage } from './page';
import { type ApprovalRequest, type FormNonce, type Vote, voteOf } from './request';
import { isSigned } from './sign';
import { addNonce, read } from './store';
import { isSignInNeeded, principalOf, whoOf } from './who';

/** Shows a request, or takes an answer to it. */
export async function serve(event: HttpEvent): Promise<HttpAnswer> {
  const { method } = event.requestContext.http;
  // The API itself says in its answer what the app's origin may do.
  if (method === 'OPTIONS' && appOrigin() !== undefined) return answer(204, '');
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
  const who = approver && whoOf(approver, event);
  const { method, sourceIp } = event.requestContext.http;
  await auditView(request, {
    method,
    level: link.level,
    place: link.approver,
    approver: who,
    principal: principalOf(event),
    ipHash: ipHash(request, sourceIp),
  });
  if (approver && who === undefined) return NOT_YOURS();
  if (request.status === 'PENDING' && !(await isAwaited(request))) return CLOSED();
  if (who === undefined) return ofEarlierLevel(request);
  if (!stands(request, who) && isOver(link)) return EXPIRED();
  return sent ? take(visit, who, sent) : show(visit, who);
}

/** Whether something was decided, or by this one at least. */
function stands(request: ApprovalRequest, who: string): boolean {
  return request.outcome !== undefined || voteOf(request, who) !== undefined;
}

/** What the link of an earlier level still shows: to whom it is shown, it can't tell, where they have to sign in. */
async function ofEarlierLevel(request: ApprovalRequest): Promise<HttpAnswer> {
  return request.outcome && !isSignInNeeded() ? decided(await settled(request, 'stands')) : EXPIRED();
}

/** Shows the request as it is: nothing is decided by that. What was decided and not delivered is delivered. */
async function show({ event, link, request }: Visit, who: string): Promise<HttpAnswer> {
  if (stands(request, who)) return decided(await settled(request, 'stands'));
  if (event.requestContext.http.method === 'HEAD') return answer(200, '');
  return form(request, link, { who });
}

async function take({ event, link, request }: Visit, who: string, sent: Answer): Promise<HttpAnswer> {
  const { nonce, decision, comment, isTooLong } = sent;
  const again = { who, sent };
  if (isTooLong && !stands(request, who)) return form(request, link, { ...again, status: 400, note: TOO_LONG });
  const vote: Vote = {
    decision,
    comment,
    at: new Date().toISOString(),
    level: link.level,
    method: 'POST',
    ipHash: ipHash(request, event.requestContext.http.sourceIp),
    principal: principalOf(event),
  };
  const result = await decide(request, who, vote, nonceOf(link, nonce));
  if (result.kind === 'stale') return form(result.request, link, { ...again, status: 409, note: STALE });
  return decided(result);
}

const STALE = 'Your answer was not taken, as this form was sent before, or is too old. Please send it once more.';
const TOO_LONG = `Your answer was not taken, as the comment is too long. ${COMMENT_LIMIT}`;

function decided({ kind, request, delivery }: Decided): HttpAnswer {
  if (kind === 'self') return SELF();
  if (kind === 'expired') return EXPIRED();
  if (kind === 'full') return FULL();
  if (delivery === 'closed') return CLOSED();
  if (kind !== 'conflicts') return answer(200, outcomePage(request));
  return answer(409, outcomePage(request, 'Your answer was not taken: it says otherwise than what stands already.'));
}

async function form(
  request: ApprovalRequest,
  link: SignedLink,
  { status = 200, ...parts }: Omit<FormParts, 'nonce'> & { readonly status?: number },
): Promise<HttpAnswer> {
  const nonce = randomBytes(16).toString('hex');
  await addNonce(request.id, nonceOf(link, nonce));
  return answer(status, formPage(request, { ...parts, nonce }));
}

/** What is kept of a nonce, which is good for one approver's link alone. */
function nonceOf({ mac, approver }: SignedLink, nonce: string): FormNonce {
  const hash = createHash('sha256').update(`${mac}|${nonce}`).digest('hex').slice(0, 32);
  return { attribute: `nonces_${approver}`, hash };
}

function isOver({ expiresAt }: SignedLink): boolean {
  return Date.now() >= expiresAt * 1000;
}
