import { FAILED } from './runtime/fixed-pages';
import type { HttpAnswer, HttpEvent } from './runtime/http';
import { logProblem } from './runtime/metrics';
import { serve } from './runtime/serve';

/** Whatever goes wrong, who is on the internet learns no more than that. */
export async function handler(event: HttpEvent): Promise<HttpAnswer> {
  try {
    const answer = await serve(event);
    return event.requestContext.http.method === 'HEAD' ? { ...answer, body: '' } : answer;
  } catch (error) {
    logProblem('the page could not be served', error);
    return FAILED();
  }
}
