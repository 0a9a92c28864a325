/** A JSONata expression as the Amazon States Language marks one. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/** A string literal of JSONata. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** An object constructor of JSONata: a field whose value is undefined drops out. */
export function object(fields: { readonly [name: string]: string }): string {
  return `{ ${Object.entries(fields)
    .map(([name, value]) => `${quote(name)}: ${value}`)
    .join(', ')} }`;
}

/** Marks each value as a JSONata expression. */
export function marked(fields: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(fields).map(([name, expression]) => [name, jsonata(expression)]));
}

/**
 * The name of a variable of ours in a scope. AWS forbids an inner scope's variable that has an outer one's name,
 * so each depth has its own.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function variable(name: 'results' | 'saga', depth: number): string {
  return depth === 0 ? name : `${name}${depth + 1}`;
}

/** The results of all the earlier steps that a step at this depth can see, the inner ones over the outer ones. */
export function resultsInSight(depth: number): string {
  const scopes = Array.from({ length: depth + 1 }, (_, outer) => `$${variable('results', outer)}`);
  return `$merge([{}, ${scopes.join(', ')}])`;
}

/**
 * Gives the expressions in a value of the user's the words `$input` and `$results`, by binding them inside each
 * expression that says one: a variable of the workflow would cost a state.
 */
export function withVocabulary(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return bindWords(value, depth);
  if (Array.isArray(value)) return value.map((item) => withVocabulary(item, depth));
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withVocabulary(item, depth)]));
  }
  return value;
}

function bindWords(text: string, depth: number): string {
  const expression = /^\{%([\s\S]*)%\}$/.exec(text)?.[1];
  if (expression === undefined) return text;
  const bindings = [];
  if (/\$input\b/.test(expression)) bindings.push('$input := $states.input');
  if (/\$results\b/.test(expression)) bindings.push(`$results := ${resultsInSight(depth)}`);
  return bindings.length === 0 ? text : jsonata(`(${[...bindings, expression.trim()].join('; ')})`);
}
