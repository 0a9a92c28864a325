import type { Json } from '../../engine/json';
import { TaskFailure } from './failure';
import type { Response } from './integration';

/** What a function returned. Throws `TaskFailure` where it failed. */
export function functionResult(response: Response): Json | undefined {
  const payload = response.Payload as string | undefined;
  if (response.FunctionError !== undefined) throw functionFailure(payload as string);
  return payload === undefined ? undefined : (JSON.parse(payload) as Json);
}

function functionFailure(payload: string): TaskFailure {
  const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
  if (!errorType) {
    const unknown = 'The cause could not be determined because Lambda did not return an error type.';
    return new TaskFailure('Lambda.Unknown', `${unknown} Returned payload: ${payload}`);
  }
  // The message is all that says how long the function ran.
  const timeout = errorType === 'Sandbox.Timedout' && /Task timed out after ([\d.]+) seconds$/.exec(errorMessage ?? '');
  return new TaskFailure(errorType, payload, timeout ? Number(timeout[1]) * 1000 : undefined);
}
