import { Duration, ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { checkPlace } from './place';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_FUNCTION_TIMEOUT = Duration.minutes(15);
const DEFAULT_FUNCTION_TIMEOUT = Duration.seconds(3);

/** What a definition invokes. */
export interface FunctionTarget {
  readonly arn: string;
  /** What the role may invoke. */
  readonly permitted: string;
  /** The most that an invocation can take. */
  readonly timeout: Duration;
}

/**
 * What a definition invokes for a function. A function is pinned to its current version, which is retained, so that an
 * execution that waits a week ends on the code that it began with; an alias, a version or an imported function stays
 * as given.
 */
export function functionTarget(scope: Construct, state: string, fn: lambda.IFunction): FunctionTarget {
  checkPlace(scope, `'${state}' invokes`, { what: 'function', path: fn.node.path, env: fn.env });
  const timeout = functionTimeout(fn);
  if (!(fn instanceof lambda.Function || fn instanceof lambda.SingletonFunction)) {
    return { arn: fn.functionArn, permitted: fn.functionArn, timeout };
  }
  const version = fn.currentVersion;
  version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const arn =
    Stack.of(version) === Stack.of(scope)
      ? version.functionArn
      : // A strong export would hold the version's hash in its name, and refuse each change of the code.
        Stack.consumeReference(version.functionArn, ReferenceStrength.WEAK);
  // Every version, as executions of earlier releases still run on theirs; not the unqualified function.
  return { arn, permitted: `${fn.functionArn}:*`, timeout };
}

/** The function that an alias or a version is of. */
export function functionOf(given: lambda.IFunction): lambda.IFunction {
  const version = given instanceof lambda.Alias ? given.version : given;
  return version instanceof lambda.Version ? version.lambda : version;
}

/** Lambda's maximum where the function's own timeout isn't known. */
function functionTimeout(given: lambda.IFunction): Duration {
  const fn = functionOf(given);
  if (!(fn instanceof lambda.Function)) return MAX_FUNCTION_TIMEOUT;
  const timeout = fn.timeout ?? DEFAULT_FUNCTION_TIMEOUT;
  return timeout.isUnresolved() ? MAX_FUNCTION_TIMEOUT : timeout;
}
