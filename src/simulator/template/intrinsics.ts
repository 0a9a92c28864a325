import { SimulatorFault } from '../engine/fault';

/** What the intrinsic functions of one template refer to. `at` says where they stand, for messages. */
export interface Scope {
  /** The value of a parameter, a pseudo parameter or a resource's `Ref`; undefined for `AWS::NoValue`. */
  ref(name: string, at: string): unknown;
  getAtt(logicalId: string, attribute: string, at: string): unknown;
  condition(name: string, at: string): boolean;
  /** A value of the template's `Mappings`; undefined where there is none. */
  mapped(map: string, first: string, second: string): unknown;
  importValue(name: string, at: string): unknown;
  stackOutput(stackName: string, region: string | undefined, output: string, at: string): unknown;
  /** The names of a region's zones, of the stack's own region without one. */
  zones(region: string): readonly string[];
}

type Intrinsic = (argument: unknown, scope: Scope, at: string) => unknown;

/** A value of a template with its intrinsic functions resolved; undefined for `AWS::NoValue`. */
export function resolve(value: unknown, scope: Scope, at: string): unknown {
  if (typeof value === 'string') {
    return literal(value, at);
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => resolve(item, scope, `${at}[${i}]`)).filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const intrinsic = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
  if (intrinsic && (entries.length === 1 || intrinsic[0] !== 'Ref')) {
    return call(intrinsic[0], intrinsic[1], entries.length, scope, at);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolve(item, scope, `${at}.${key}`)]).filter(([, item]) => item !== undefined),
  );
}

function call(name: string, argument: unknown, keys: number, scope: Scope, at: string): unknown {
  const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (!intrinsic) {
    throw new SimulatorFault(`${at}: the intrinsic function ${name} is not supported.`);
  }
  if (keys !== 1) {
    throw new SimulatorFault(`${at}: ${name} must be the only key of its object.`);
  }
  return intrinsic(argument, scope, at);
}

const INTRINSICS: { readonly [name: string]: Intrinsic } = {
  Ref: (name, scope, at) => scope.ref(text(name, at, 'Ref'), at),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope, at) => {
    const [separator, parts] = argumentsOf(argument, at, 'Fn::Join', 2);
    const list = argumentsOf(resolve(parts, scope, at), at, 'Fn::Join');
    return list.map((part) => text(part, at, 'Fn::Join')).join(text(separator, at, 'Fn::Join'));
  },
  'Fn::Split': (argument, scope, at) => {
    const [separator, source] = argumentsOf(argument, at, 'Fn::Split', 2);
    return text(resolve(source, scope, at), at, 'Fn::Split').split(text(separator, at, 'Fn::Split'));
  },
  'Fn::Select': (argument, scope, at) => {
    const [index, source] = argumentsOf(argument, at, 'Fn::Select', 2);
    const chosen = Number(resolve(index, scope, at));
    const list = argumentsOf(resolve(source, scope, at), at, 'Fn::Select');
    if (!(chosen in list)) {
      throw new SimulatorFault(`${at}: Fn::Select has no item ${chosen} in a list of ${list.length}.`);
    }
    return list[chosen];
  },
  'Fn::If': (argument, scope, at) => {
    const [condition, then, otherwise] = argumentsOf(argument, at, 'Fn::If', 3);
    return resolve(scope.condition(text(condition, at, 'Fn::If'), at) ? then : otherwise, scope, at);
  },
  'Fn::FindInMap': findInMap,
  'Fn::ImportValue': (name, scope, at) => scope.importValue(text(resolve(name, scope, at), at, 'Fn::ImportValue'), at),
  'Fn::GetStackOutput': (argument, scope, at) => {
    const source = resolve(argument, scope, at) as { StackName?: string; Region?: string; OutputName?: string };
    const name = text(source?.StackName, at, 'Fn::GetStackOutput');
    return scope.stackOutput(name, source.Region, text(source.OutputName, at, 'Fn::GetStackOutput'), at);
  },
  'Fn::Base64': (argument, scope, at) =>
    Buffer.from(text(resolve(argument, scope, at), at, 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (region, scope, at) => scope.zones(text(resolve(region, scope, at), at, 'Fn::GetAZs')),
  'Fn::Length': (list, scope, at) => argumentsOf(resolve(list, scope, at), at, 'Fn::Length').length,
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(resolve(argument, scope, at)),
};

function getAtt(argument: unknown, scope: Scope, at: string): unknown {
  if (typeof argument === 'string' && argument.includes('.')) {
    const dot = argument.indexOf('.');
    return scope.getAtt(argument.slice(0, dot), argument.slice(dot + 1), at);
  }
  const [logicalId, attribute] = argumentsOf(argument, at, 'Fn::GetAtt', 2);
  const name = text(resolve(attribute, scope, at), at, 'Fn::GetAtt');
  return scope.getAtt(text(logicalId, at, 'Fn::GetAtt'), name, at);
}

function sub(argument: unknown, scope: Scope, at: string): string {
  const [template, own] = typeof argument === 'string' ? [argument, {}] : argumentsOf(argument, at, 'Fn::Sub', 2);
  const variables = own as { [name: string]: unknown };
  const value = (name: string): unknown => {
    if (Object.hasOwn(variables, name)) {
      return resolve(variables[name], scope, at);
    }
    return name.includes('.') ? getAtt(name, scope, at) : scope.ref(name, at);
  };
  const source = literal(text(template, at, 'Fn::Sub'), at);
  // `${!Name}` stands for the text `${Name}`.
  return source.replace(/\$\{(!?)\s*([^}]*?)\s*\}/g, (_, verbatim, name) =>
    verbatim ? `\${${name}}` : text(value(name), at, 'Fn::Sub'),
  );
}

function findInMap(argument: unknown, scope: Scope, at: string): unknown {
  const parts = argumentsOf(argument, at, 'Fn::FindInMap');
  const [map, first, second] = parts.slice(0, 3).map((part) => text(resolve(part, scope, at), at, 'Fn::FindInMap'));
  const found = scope.mapped(map, first, second);
  if (found !== undefined) {
    return found;
  }
  const fallback = parts[3] as { DefaultValue?: unknown } | undefined;
  if (fallback?.DefaultValue === undefined) {
    throw new SimulatorFault(`${at}: Fn::FindInMap finds no ${map}.${first}.${second} in the template's Mappings.`);
  }
  return resolve(fallback.DefaultValue, scope, at);
}

function literal(value: string, at: string): string {
  if (value.includes('{{resolve:')) {
    throw new SimulatorFault(`${at}: the dynamic reference ${value} has a value in AWS only.`);
  }
  return value;
}

/** The list that an intrinsic function takes, checked. */
export function argumentsOf(value: unknown, at: string, name: string, count?: number): unknown[] {
  if (!Array.isArray(value) || (count !== undefined && value.length !== count)) {
    const list = count ? `list of ${count}` : 'list';
    throw new SimulatorFault(`${at}: ${name} takes a ${list}, not ${JSON.stringify(value)}.`);
  }
  return value;
}

function text(value: unknown, at: string, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new SimulatorFault(`${at}: ${name} needs a text where it has ${JSON.stringify(value)}.`);
}
