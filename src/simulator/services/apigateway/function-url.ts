import { SimulatorFault } from '../../engine/fault';
import type { Resource } from '../../template/resource';
import { AwsError } from '../service';
import { type Cors, preflight, withCors } from './http/cors';
import { authorizeRole } from './http/http-authorizer';
import { HttpError } from './http/http-error';
import { type HttpEventParts, httpEvent } from './http/http-event';
import { httpAnswer } from './http/http-response';
import { invoke } from './invoke';
import { type ApiAnswer, type ApiRequest, forwarded, jsonAnswer } from './message';
import type { ApiWorld } from './world';

/** Answers a request to the URL of a function. */
export async function answerFunctionUrl(request: ApiRequest, url: Resource, world: ApiWorld): Promise<ApiAnswer> {
  const { InvokeMode: mode = 'BUFFERED', Cors: cors } = url.properties;
  if (mode !== 'BUFFERED') throw new SimulatorFault(`${url.logicalId}: the InvokeMode ${mode} is not supported`);
  const preflighted = cors ? preflight(request, cors as Cors) : undefined;
  if (preflighted) return { ...preflighted, status: 200 };
  const answered = await answer(request, url, world).catch((error: unknown) => {
    if (error instanceof HttpError) return error.answer;
    throw error;
  });
  return cors ? withCors(answered, request, cors as Cors) : answered;
}

async function answer(request: ApiRequest, url: Resource, world: ApiWorld): Promise<ApiAnswer> {
  const { AuthType: authType, Qualifier: qualifier } = url.properties;
  const { hostname } = new URL(url.attribute('FunctionUrl'));
  const functionArn = [url.attribute('FunctionArn'), qualifier].filter(Boolean).join(':');
  const requestId = world.context.newId();
  const parts: HttpEventParts = {
    request,
    routeKey: '$default',
    parameters: {},
    apiId: hostname.split('.')[0],
    stage: '$default',
    host: hostname,
    headers: forwarded(request, hostname, requestId),
    requestId,
  };
  const context = { 'lambda:FunctionUrlAuthType': String(authType) };
  const requirement = { action: 'lambda:InvokeFunctionUrl', resource: functionArn, context };
  const authorizer = authType === 'AWS_IAM' ? authorizeRole(parts, world, requirement) : checkPublic(url, world);
  const invoked = await invoke(world.dispatcher, {
    functionArn,
    event: httpEvent({ ...parts, authorizer }, world.context),
    patienceMs: Number.POSITIVE_INFINITY,
  });
  if (invoked.kind === 'returned') return httpAnswer(invoked.value);
  if (invoked.kind === 'failed')
    return {
      ...jsonAnswer(502, { Message: null }),
      body: Buffer.from('Internal Server Error'),
      takesMs: invoked.takesMs,
    };
  const { error } = invoked;
  const throttled = error instanceof AwsError && error.statusCode === 429;
  return jsonAnswer(throttled ? 429 : 502, { Message: error.message });
}

/** A public URL still needs a permission for everybody. */
function checkPublic(url: Resource, { context }: ApiWorld): undefined {
  const target = url.properties.TargetFunctionArn;
  const permitted = context.resources
    .ofType('AWS::Lambda::Permission')
    .some(
      ({ properties }) =>
        properties.Action === 'lambda:InvokeFunctionUrl' &&
        properties.Principal === '*' &&
        properties.FunctionUrlAuthType === 'NONE' &&
        properties.FunctionName === target,
    );
  if (!permitted) throw new HttpError(403, 'Forbidden');
  return undefined;
}
