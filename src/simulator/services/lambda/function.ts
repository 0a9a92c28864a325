import { SimulatorFault } from '../../engine/fault';
import type { Resource, Resources } from '../../template/resource';
import type { InvokedFunction } from './function-arn';

/** A function of the assembly, at the version that is invoked. */
export interface LambdaFunction {
  readonly arn: string;
  readonly name: string;
  readonly version: string;
  readonly handler: string;
  /** e.g. 20 for `nodejs20.x` */
  readonly nodeVersion: number;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  readonly variables: { readonly [name: string]: string };
  readonly reservedConcurrency: number;
  /** The least level of what its console writes, where its log format is JSON. */
  readonly jsonLogLevel?: string;
  /** As it was when the version was published. */
  readonly resource: Resource;
}

const LATEST = '$LATEST';

/** What would change how the code runs, and the simulator has not. */
const UNSUPPORTED = ['Layers', 'FileSystemConfigs', 'ImageConfig', 'DurableConfig'];

/** The function that a call names; undefined where the assembly has none, or no such version or alias. */
export function findFunction(resources: Resources, invoked: InvokedFunction): LambdaFunction | undefined {
  const { functionArn, qualifier } = invoked;
  const version = qualifier ? findVersion(resources, invoked) : LATEST;
  const current = resources.byArn(functionArn);
  if (!current || !version) return undefined;
  // A version is the function of the release that published it.
  const published = version === LATEST ? undefined : resources.byArn(`${functionArn}:${version}`);
  const resource = published?.release.byArn(functionArn) ?? current;
  return { ...readFunction(resource, functionArn, version), reservedConcurrency: reservedConcurrency(current) };
}

/** Names a function for messages. */
export function describeFunction(resource: Resource): string {
  return `The function '${functionPath(resource)}'`;
}

/** The construct path of a function; its logical id where the template has no path. */
export function functionPath(resource: Resource): string {
  return resource.path?.replace(/\/Resource$/, '') ?? resource.logicalId;
}

/** A fault that says which function cannot run, and why; what to do says who knows the state. */
export function cannotRun(resource: Resource, why: string): SimulatorFault {
  return new SimulatorFault(`${describeFunction(resource)} ${why}, which the simulator cannot run`);
}

function findVersion(resources: Resources, { invokedArn, qualifier }: InvokedFunction): string | undefined {
  if (qualifier === LATEST) return qualifier;
  const found = resources.byArn(invokedArn);
  if (found?.type === 'AWS::Lambda::Version') return qualifier;
  if (found?.type !== 'AWS::Lambda::Alias') return undefined;
  if (found.properties.RoutingConfig) {
    throw new SimulatorFault(
      `The alias '${found.path ?? found.logicalId}' has a RoutingConfig: the simulator cannot tell which version runs`,
    );
  }
  return String(found.properties.FunctionVersion);
}

function readFunction(resource: Resource, arn: string, version: string): Omit<LambdaFunction, 'reservedConcurrency'> {
  const { properties } = resource;
  const environment = properties.Environment as { Variables?: Record<string, unknown> } | undefined;
  if (properties.PackageType === 'Image') throw cannotRun(resource, 'is a container image');
  const runtime = String(properties.Runtime);
  const nodeVersion = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  if (!nodeVersion) throw cannotRun(resource, `has the runtime ${runtime}`);
  const unsupported = UNSUPPORTED.find((name) => isSet(properties[name]));
  if (unsupported) throw cannotRun(resource, `has ${unsupported}`);
  return {
    arn,
    version,
    resource,
    name: resource.physicalId,
    handler: String(properties.Handler),
    nodeVersion: Number(nodeVersion),
    timeoutMs: Number(properties.Timeout ?? 3) * 1000,
    memoryMb: Number(properties.MemorySize ?? 128),
    roleArn: String(properties.Role),
    variables: Object.fromEntries(Object.entries(environment?.Variables ?? {}).map(([k, v]) => [k, String(v)])),
    jsonLogLevel: jsonLogLevel(properties.LoggingConfig),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
function jsonLogLevel(config: unknown): string | undefined {
  const { LogFormat: format, ApplicationLogLevel: level = 'INFO' } = (config ?? {}) as { [name: string]: unknown };
  return format === 'JSON' ? String(level) : undefined;
}

/** Of all versions together, as it is now. */
function reservedConcurrency({ properties }: Resource): number {
  return Number(properties.ReservedConcurrentExecutions ?? Number.POSITIVE_INFINITY);
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
