import { type FormConfig, type NewMessage, STAMP_FIELD, STATUS } from '../constants';
import { newMessage } from './new-message';
import { formPage, messagePage, pageHeaders } from './page';
import { MESSAGES, Refusal } from './refusal';
import { isGoodStamp, newStamp, type Signer } from './stamp';
import { header, isFormPost, type ProxyRequest, readSubmission, type Submission } from './submission';
import { validate } from './validate';

/** What the handler returns to API Gateway. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What became of a message: taken, mailed, or neither. */
export type Delivered = 'accepted' | 'sent' | 'failed' | 'timed out' | 'unavailable';

/** What the form asks of AWS. */
export interface Backend {
  deliver(message: NewMessage, executionName: string): Promise<Delivered>;
  readonly signer: Signer;
  /** Whether a captcha was solved. Throws a `Refusal` where nobody can tell. */
  isSolved(answer: string, sourceIp: string | undefined): Promise<boolean>;
}

const STATUS_OF: { readonly [delivered in Delivered]: number } = {
  accepted: 202,
  sent: 200,
  failed: 502,
  unavailable: 503,
  'timed out': 504,
};

/** A form: shows itself, and takes what is submitted. */
export class Form {
  constructor(
    private readonly config: FormConfig,
    private readonly backend: Backend,
    private readonly now: () => number = Date.now,
  ) {}

  async answer(request: ProxyRequest): Promise<ProxyResponse> {
    const cors = this.cors(request);
    const answered = request.httpMethod === 'GET' ? await this.show(request) : await this.take(request, cors);
    const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'Origin' };
    return { ...answered, headers: { ...headers, ...answered.headers, ...cors } };
  }

  /** The form; to a script the signed timestamp alone. */
  private async show(request: ProxyRequest): Promise<ProxyResponse> {
    const stamp = this.config.minFillTime && (await newStamp(this.now(), this.backend.signer));
    if (header(request, 'accept')?.includes('text/html')) return this.page(200, formPage(this.config, { stamp }));
    return json(200, { stamp });
  }

  private async take(request: ProxyRequest, cors: object | undefined): Promise<ProxyResponse> {
    let submission: Submission | undefined;
    try {
      if (request.httpMethod !== 'POST') throw new Refusal(405);
      if (cors === undefined) throw new Refusal(403);
      submission = readSubmission(request);
      return await this.accept(submission, request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.refuse(error, request, submission);
    }
  }

  private async accept({ values, isForm }: Submission, request: ProxyRequest): Promise<ProxyResponse> {
    const { fields, honeypot, minFillTime, captcha } = this.config;
    const others = [honeypot, ...(minFillTime ? [STAMP_FIELD] : []), ...(captcha ? [captcha.field] : [])];
    const valid = validate(values, fields, others);
    const { message, executionName } = newMessage(valid, this.config, this.now());
    // Whoever filled in what people don't see is not told that it was noticed.
    if ((values.get(honeypot) ?? '') !== '') return this.taken(this.config.sync ? 'sent' : 'accepted', message, isForm);
    await this.checkPerson(values, request);
    return this.taken(await this.backend.deliver(message, executionName), message, isForm);
  }

  private async checkPerson(values: Submission['values'], request: ProxyRequest): Promise<void> {
    const { minFillTime, captcha } = this.config;
    if (minFillTime) {
      const good = await isGoodStamp(values.get(STAMP_FIELD), minFillTime.ms, this.now(), this.backend.signer);
      if (!good) throw new Refusal(400, { [STAMP_FIELD]: 'invalid' });
    }
    if (captcha) {
      const answer = values.get(captcha.field);
      const isText = typeof answer === 'string' && answer !== '';
      const solved = isText && (await this.backend.isSolved(answer, request.requestContext.identity?.sourceIp));
      if (!solved) throw new Refusal(400, { [captcha.field]: 'invalid' });
    }
  }

  private taken(delivered: Delivered, { id }: NewMessage, isForm: boolean): ProxyResponse {
    const status = STATUS_OF[delivered];
    if (status >= 500) throw new Refusal(status);
    if (!isForm) return json(status, { id });
    const { thankYouUrl } = this.config;
    if (thankYouUrl === undefined)
      return this.page(status, messagePage('Thank you', 'Your message has been received.'));
    return { statusCode: 303, headers: { location: thankYouUrl }, body: '' };
  }

  private async refuse(
    { status, problems, message }: Refusal,
    request: ProxyRequest,
    submission?: Submission,
  ): Promise<ProxyResponse> {
    if (!isFormPost(request)) return json(status, problems ? { fields: problems } : { message });
    if (!problems || !submission) return this.page(status, messagePage('Your message was not sent', MESSAGES[status]));
    const stamp = this.config.minFillTime && (await this.sameStamp(submission.values.get(STAMP_FIELD)));
    return this.page(status, formPage(this.config, { values: submission.values, problems, stamp }));
  }

  /** The stamp that a form came with, if it is ours: whoever only corrects a field is quicker than a least time. */
  private async sameStamp(stamp: unknown): Promise<string> {
    const { signer } = this.backend;
    const isOurs = typeof stamp === 'string' && (await isGoodStamp(stamp, 0, this.now(), signer));
    return isOurs ? stamp : newStamp(this.now(), signer);
  }

  private page(statusCode: number, body: string): ProxyResponse {
    return { statusCode, headers: pageHeaders(this.config), body };
  }

  /** What a browser needs to let the site see the answer; undefined where the site may not ask. */
  private cors(request: ProxyRequest): { [name: string]: string } | undefined {
    const origin = header(request, 'origin');
    if (origin === undefined) return undefined;
    if (origin === `https://${request.requestContext.domainName}`) return {};
    return this.config.origins.includes(origin) ? { 'access-control-allow-origin': origin } : undefined;
  }
}

/** What became of a message whose execution was waited for: it says nothing of the execution. */
export function outcomeOf(status: string | undefined, output: string | undefined): Delivered {
  if (status === 'TIMED_OUT') return 'timed out';
  if (status !== 'SUCCEEDED') return 'failed';
  return JSON.parse(String(output)).status === STATUS.SENT ? 'sent' : 'accepted';
}

function json(statusCode: number, value: object): ProxyResponse {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
