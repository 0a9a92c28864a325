import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepConfig } from '../bind';
import { invalid } from '../names';
import { sumOf } from '../worst-case';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const EXPRESS_SECONDS = 5 * 60;

/** Whether the executions of items are Standard or Express: as given, else Express where they can be. */
export function executionType(
  scope: Construct,
  name: string,
  given: sfn.StateMachineType | undefined,
  { standardOnly = [], worstCase }: StepConfig,
): sfn.StateMachineType {
  const seconds = sumOf(worstCase);
  if (given === undefined) {
    const canBeExpress = standardOnly.length === 0 && seconds !== undefined && seconds < EXPRESS_SECONDS;
    return canBeExpress ? sfn.StateMachineType.EXPRESS : sfn.StateMachineType.STANDARD;
  }
  if (given === sfn.StateMachineType.EXPRESS) {
    const tooLong =
      seconds !== undefined && seconds >= EXPRESS_SECONDS
        ? [
            `its worst path, ${seconds} s, is not shorter than the ${EXPRESS_SECONDS} s of an Express execution:`,
            ...worstCase.map((term) => `  ${term.description}`),
          ]
        : [];
    const reasons = [...standardOnly, ...tooLong];
    if (reasons.length > 0) {
      throw invalid(scope, [`the items of '${name}' need Standard executions, not Express:`, ...reasons].join('\n  '));
    }
  }
  return given;
}
