import { SimulatorFault } from '../../../engine/fault';

/** What the references of a template stand for. */
export interface TemplateScope {
  /** The body of the request, or of the service's response. */
  readonly body: string;
  readonly params: (name: string) => string | undefined;
  /** `$context` and `$stageVariables`, by their whole name. */
  readonly variables: { readonly [name: string]: string | undefined };
  /** Where the template stands, for messages. */
  readonly where: string;
}

const REFERENCE = /\$(?:util|input|context|stageVariables)\b|[$#]/g;

/**
 * Fills a mapping template. Only references are supported, `$input`, `$context`, `$stageVariables` and
 * `$util.escapeJavaScript(…)`, and none of the logic that templates may have.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function render(template: string, scope: TemplateScope): string {
  let text = '';
  let at = 0;
  REFERENCE.lastIndex = 0;
  for (let found = REFERENCE.exec(template); found; found = REFERENCE.exec(template)) {
    const { value, end } = evaluate(template, found.index, scope);
    text += template.slice(at, found.index) + value;
    at = end;
    REFERENCE.lastIndex = end;
  }
  return text + template.slice(at);
}

/** The value of what begins at a place, and where it ends. */
function evaluate(template: string, start: number, scope: TemplateScope): { value: string; end: number } {
  const rest = template.slice(start);
  const escaping = '$util.escapeJavaScript(';
  if (rest.startsWith(escaping)) {
    const inner = evaluate(template, start + escaping.length, scope);
    if (template[inner.end] !== ')') throw unsupported(rest, scope);
    return replaced(template, inner.end + 1, escapeJavaScript(inner.value));
  }
  const [call, member, argument] = /^\$input\.(json|path|params)\((?:'([^']*)'|"[^"]*")\)/.exec(rest) ?? [];
  if (call !== undefined && argument !== undefined) {
    return replaced(template, start + call.length, inputOf(member, argument, scope));
  }
  if (/^\$input\.body\b/.test(rest)) return { value: scope.body, end: start + '$input.body'.length };
  const name = /^\$((?:context|stageVariables)(?:\.\w+)+)/.exec(rest)?.[1];
  if (name !== undefined && name in scope.variables) {
    return { value: scope.variables[name] ?? '', end: start + 1 + name.length };
  }
  throw unsupported(rest, scope);
}

/** The one method that may follow: AWS advises it, as the escape of a quotation mark is none of JSON. */
function replaced(template: string, end: number, value: string): { value: string; end: number } {
  const [call, pattern, by] = /^\.replaceAll\("((?:[^"\\]|\\.)*)",\s*"([^"]*)"\)/.exec(template.slice(end)) ?? [];
  if (call === undefined) return { value, end };
  return { value: value.replace(new RegExp(pattern, 'g'), () => by), end: end + call.length };
}

function inputOf(member: string, argument: string, scope: TemplateScope): string {
  if (member === 'params') return scope.params(argument) ?? '';
  const value = at(argument, scope);
  if (member === 'json') return JSON.stringify(value ?? '');
  if (typeof value === 'object' && value !== null) {
    throw new SimulatorFault(`${scope.where}: $input.path('${argument}') is no single value, which is not supported`);
  }
  return String(value ?? '');
}

function at(path: string, { body, where }: TemplateScope): unknown {
  if (!/^\$(\.\w+|\[\d+\])*$/.test(path)) throw new SimulatorFault(`${where}: the path ${path} is not supported`);
  let value: unknown = body === '' ? {} : JSON.parse(body);
  for (const [, name, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as { readonly [name: string]: unknown })[name ?? index];
  }
  return value;
}

function escapeJavaScript(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('/', '\\/');
}

function unsupported(rest: string, { where }: TemplateScope): SimulatorFault {
  const [line] = rest.split('\n');
  return new SimulatorFault(`${where}: '${line.slice(0, 60)}' in its mapping template is not supported`);
}
