import type { ChoiceRule, ChoiceState } from '../definition';
import { isJsonata } from '../query/jsonata';
import { parseComparison } from './comparison';
import { templateField } from './fields';
import { parseFlow } from './flow';
import type { Reader } from './reader';
import type { StateSource } from './states';

/** Reads Choices and Default. */
export function parseChoices(source: StateSource): Partial<ChoiceState> {
  const { reader } = source;
  const rules = (reader.array('Choices', true) ?? []).flatMap((json, index) => {
    const rule = reader.innerOf(`Choices[${index}]`, json);
    return rule ? [parseRule(rule, source)] : [];
  });
  if (rules.length === 0) {
    reader.error('Choices', 'must have a rule');
  }
  return { choices: rules, default: reader.string('Default') };
}

function parseRule(reader: Reader, { language, surroundings }: StateSource): ChoiceRule {
  const fields = language === 'JSONata' ? (['output', 'assign'] as const) : (['assign'] as const);
  const rule = {
    ...(language === 'JSONata' ? parseCondition(reader) : { test: parseComparison(reader) }),
    next: reader.string('Next', true),
    flow: parseFlow(reader, language, fields, surroundings.outerVariables),
  };
  reader.finish();
  return rule;
}

function parseCondition(reader: Reader): Pick<ChoiceRule, 'test' | 'condition'> {
  const condition = reader.value('Condition');
  if (typeof condition === 'boolean') {
    return { test: () => condition };
  }
  const expression = templateField(reader, 'Condition', 'JSONata');
  if (!expression) {
    reader.error('Condition', 'is missing');
    return { test: () => false };
  }
  if (typeof condition !== 'string' || !isJsonata(condition)) {
    reader.error('Condition', 'must be true, false, or an expression');
  }
  return {
    condition: { name: `${reader.within}Condition`, expression },
    test: (at) => expression.evaluate(at) as Promise<boolean>,
  };
}
