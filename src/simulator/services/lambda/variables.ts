import type { Session } from '../credentials';
import type { LambdaFunction } from './function';

/** The environment variables that a function's code sees: its own, and those that Lambda sets. */
export function environmentVariables(
  fn: LambdaFunction,
  root: string,
  region: string,
  credentials: Session['variables'],
  endpoint: string,
): { [name: string]: string } {
  // An endpoint of its own would take the function to the real AWS.
  const own = Object.entries(fn.variables).filter(([name]) => !/^AWS_(IGNORE_CONFIGURED_)?ENDPOINT_URL/.test(name));
  return {
    ...Object.fromEntries(own),
    ...credentials,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${fn.nodeVersion}.x`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: fn.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    ...(fn.jsonLogLevel && { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: fn.jsonLogLevel }),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `[${fn.version}]`,
    LAMBDA_TASK_ROOT: root,
    _HANDLER: fn.handler,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: process.env.PATH ?? '',
  };
}
