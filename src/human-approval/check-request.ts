import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkValue } from '../step/check-expression';
import { expressionIn, isPlainObject } from '../step/expression';
import { invalid } from '../step/names';
import type { AskOptions } from './ask-options';
import { readQuestion } from './runtime/question';

/** Stands for what an expression gives, and is as short as that may be. */
const UNKNOWN = 0;

/** Refuses what is no request, whatever the expressions in it give: it would fail when it is asked. */
export function checkRequest(scope: IConstruct, state: string, { question, details, requester }: AskOptions): void {
  for (const [what, value] of Object.entries({ question, details, requester })) {
    checkValue(scope, `the ${what} of '${state}'`, value);
  }
  try {
    readQuestion({
      question: isKnown(question) ? question : 'Unknown?',
      details: isKnown(details) ? known(details) : {},
      requester: isKnown(requester) ? requester : 'unknown',
    });
  } catch (error) {
    throw invalid(scope, `'${state}' can't ask: ${(error as Error).message}`);
  }
}

function isKnown(value: unknown): boolean {
  return !Token.isUnresolved(value) && !(typeof value === 'string' && expressionIn(value) !== undefined);
}

/** A value as it is at synthesis: fields that are undefined drop out of templates. */
function known(value: unknown): unknown {
  if (!isKnown(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map(known);
  if (!isPlainObject(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, known(field)]));
}
