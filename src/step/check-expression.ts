import { Token } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { expressionIn, isPlainObject, quote } from './expression';
import { invalid } from './names';

const INSTEAD = 'the state is JSONata: write "{% $input.x %}" instead';

/** Refuses a text that is no expression where there has to be one: the state would take it for the value itself. */
export function checkExpression(scope: IConstruct, what: string, text: string): void {
  if (expressionIn(text)) return;
  throw invalid(scope, `${what}, ${quote(Token.asString(text))}, is no expression; write it as "{% … %}"`);
}

/** Refuses JSONPath, and an expression whose marks aren't whole: the state would take either for a literal text. */
export function checkValue(scope: IConstruct, what: string, value: unknown): void {
  if (value instanceof sfn.TaskInput) {
    throw invalid(scope, `${what} is a TaskInput; give the plain value, with JSONata as "{% $input.x %}"`);
  }
  if (typeof value === 'string') checkText(scope, what, value);
  if (Array.isArray(value)) for (const item of value) checkValue(scope, what, item);
  if (!isPlainObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key.endsWith('.$')) {
      throw invalid(
        scope,
        `${what} has '${key}', which is JSONPath; write ${quote(key.slice(0, -2))}: "{% $input.x %}" instead`,
      );
    }
    checkValue(scope, what, item);
  }
}

/** Refuses a text that is JSONPath, where one that begins as JSONPath does means nothing else. */
export function checkKey(scope: IConstruct, what: string, key: string): void {
  if (/^\$[.[]/.test(key)) throw invalid(scope, `${what}, ${quote(key)}, is JSONPath; ${INSTEAD}`);
  checkValue(scope, what, key);
}

function checkText(scope: IConstruct, what: string, text: string): void {
  if (sfn.JsonPath.isEncodedJsonPath(text)) throw invalid(scope, `${what} has a JsonPath; ${INSTEAD}`);
  const isMarked = /\{%[\s\S]*%\}|^\s*\{%|%\}\s*$/.test(text);
  if (!isMarked || expressionIn(text) !== undefined) return;
  throw invalid(
    scope,
    `${what} has ${quote(text)}, of which Step Functions takes all or nothing for an expression; write one, as in "{% 'Order ' & $input.id %}"`,
  );
}
