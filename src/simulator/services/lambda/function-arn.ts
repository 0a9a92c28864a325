import type { ServiceContext } from '../context';
import { AwsError } from '../service';

const FUNCTION_NAME =
  /^(?:arn:[^:]+:lambda:(?<region>[^:]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w-]+)(?::(?<qualifier>[\w$-]+))?$/;

/** A function as a call names it. */
export interface InvokedFunction {
  /** Without a qualifier. */
  readonly functionArn: string;
  /** A version or an alias, if the call names one. */
  readonly qualifier?: string;
  /** With the qualifier, if the call names one: what IAM judges, and `invokedFunctionArn` says. */
  readonly invokedArn: string;
}

/** Reads `FunctionName` (a name, a partial or a full ARN, with a qualifier or without) and `Qualifier`. */
export function invokedFunction(
  functionName: string,
  qualifier: string | undefined,
  { partition, region, account }: ServiceContext,
): InvokedFunction {
  const parts = FUNCTION_NAME.exec(functionName)?.groups;
  if (!parts) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${functionName}' at 'functionName' is not a function's name or ARN`,
    );
  }
  if (parts.qualifier && qualifier && parts.qualifier !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const where = `${parts.region ?? region}:${parts.account ?? account}`;
  const functionArn = `arn:${partition}:lambda:${where}:function:${parts.name}`;
  const named = parts.qualifier ?? qualifier;
  return { functionArn, qualifier: named, invokedArn: named ? `${functionArn}:${named}` : functionArn };
}
