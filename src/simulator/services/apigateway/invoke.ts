import { SimulatorFault } from '../../engine/fault';
import type { Caller, Dispatcher } from '../dispatcher';
import { ConnectionLost } from '../lost-calls';
import { AwsError } from '../service';

/** What became of an invocation by an API. */
export type Invoked =
  | { readonly kind: 'returned'; readonly value: unknown; readonly takesMs: number }
  /** The function failed. */
  | { readonly kind: 'failed'; readonly takesMs: number }
  /** Lambda refused it. */
  | { readonly kind: 'refused'; readonly error: Error; readonly takesMs: number };

/** Whom an API invokes, and how it may. */
export interface Invocation {
  readonly functionArn: string;
  readonly event: unknown;
  /** What of an API invokes it: its ARN, which a permission of the function names. Left out where it was judged before. */
  readonly sourceArn?: string;
  /** The role in whose name the API invokes it; without one, in its own. */
  readonly roleArn?: string;
  /** The virtual time after which the API no longer waits. */
  readonly patienceMs: number;
}

/** Invokes a function for a request. */
export async function invoke(dispatcher: Dispatcher, invocation: Invocation): Promise<Invoked> {
  const { functionArn, event, patienceMs } = invocation;
  const input = { FunctionName: functionArn, Payload: JSON.stringify(event) };
  try {
    const { FunctionError, Payload } = await dispatcher.call(
      { service: 'lambda', operation: 'Invoke', input },
      callerOf(invocation),
    );
    const value = JSON.parse(String(Payload));
    if (FunctionError === undefined) return { kind: 'returned', value, takesMs: 0 };
    return { kind: 'failed', takesMs: Math.min(durationOf(value), patienceMs) };
  } catch (error) {
    if (!(error instanceof AwsError || error instanceof ConnectionLost)) throw error;
    return { kind: 'refused', error, takesMs: 0 };
  }
}

/** The API's role, or API Gateway in its own name. */
function callerOf({ roleArn, sourceArn }: Invocation): Caller {
  if (roleArn !== undefined) return { source: 'aws', roleArn };
  return { source: 'aws', ...(sourceArn && { service: { principal: 'apigateway.amazonaws.com', sourceArn } }) };
}

/** The function's ARN in a URI, e.g. `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<ARN>/invocations`. */
export function functionOf(uri: unknown, where: string): string {
  const text = String(uri);
  if (/^arn:[^:]+:lambda:/.test(text)) return text;
  const arn = /:lambda:path\/[\d-]+\/functions\/(.+)\/invocations$/.exec(text)?.[1];
  if (arn === undefined || arn.includes('${')) throw new SimulatorFault(`${where}: the URI ${text} is not supported`);
  return arn;
}

/** A function that ran out of time took its time; the others take none. */
function durationOf({ errorType, errorMessage }: { errorType?: string; errorMessage?: string }): number {
  const timeout = errorType === 'Sandbox.Timedout' && /after ([\d.]+) seconds$/.exec(errorMessage ?? '');
  return timeout ? Number(timeout[1]) * 1000 : 0;
}
