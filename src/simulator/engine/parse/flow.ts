import type { Flow, QueryLanguage } from '../flow';
import type { StatesMember } from '../query/jsonata-references';
import { pathField, referencePathField, templateField } from './fields';
import { type OuterVariables, variableName } from './machine';
import type { Reader } from './reader';

/** The fields of a state that data goes through. */
export type FlowField = 'input' | 'payload' | 'resultSelector' | 'resultPath' | 'output' | 'assign';

/** Reads those fields of a state, a Catch or a rule that it may have, in its language, and what of `$states` they have. */
export function parseFlow(
  reader: Reader,
  language: QueryLanguage,
  fields: readonly FlowField[],
  outerVariables: OuterVariables,
  offered: readonly StatesMember[] = [],
): Flow {
  const may = new Set(fields);
  const assign = may.has('assign') ? parseAssign(reader, language, outerVariables, offered) : undefined;
  if (language === 'JSONata') {
    return {
      language,
      assign,
      payload: may.has('payload') ? templateField(reader, 'Arguments', language) : undefined,
      output: may.has('output') ? templateField(reader, 'Output', language, offered) : undefined,
    };
  }
  return {
    language,
    assign,
    input: may.has('input') ? pathField(reader, 'InputPath', true) : undefined,
    payload: may.has('payload') ? templateField(reader, 'Parameters', language) : undefined,
    resultSelector: may.has('resultSelector') ? templateField(reader, 'ResultSelector', language) : undefined,
    resultPath: may.has('resultPath') ? referencePathField(reader, 'ResultPath') : undefined,
    output: may.has('output') ? pathField(reader, 'OutputPath', true) : undefined,
  };
}

function parseAssign(
  reader: Reader,
  language: QueryLanguage,
  outerVariables: OuterVariables,
  offered: readonly StatesMember[],
): Flow['assign'] {
  const names = reader.inner('Assign');
  for (const field of Object.keys(names?.object ?? {})) {
    const name = language === 'JSONPath' ? variableName(field) : field;
    if (!/^[\p{ID_Start}_][\p{ID_Continue}_]*$/u.test(name) || name.length > 80) {
      reader.error('Assign', `can't assign '${name}': that is not the name of a variable`);
    } else if (name === 'states') {
      reader.error('Assign', "can't assign 'states': that name is reserved");
    } else if (outerVariables.has(name)) {
      reader.error('Assign', `can't assign '${name}': a variable around this scope has that name`);
    }
  }
  return names && templateField(reader, 'Assign', language, offered);
}
