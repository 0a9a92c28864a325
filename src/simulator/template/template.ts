import { SimulatorFault } from '../engine/fault';
import type { Environment } from './environment';

/** A CloudFormation template, as far as it is read here. */
export interface Template {
  readonly Transform?: string | readonly string[];
  readonly Parameters?: { readonly [name: string]: ParameterSource };
  readonly Mappings?: { readonly [map: string]: { readonly [first: string]: { readonly [second: string]: unknown } } };
  readonly Conditions?: { readonly [name: string]: unknown };
  readonly Resources?: { readonly [logicalId: string]: ResourceSource };
  readonly Outputs?: { readonly [name: string]: OutputSource };
}

/** An output of a template. */
export interface OutputSource {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A parameter of a template. */
export interface ParameterSource {
  readonly Type: string;
  readonly Default?: unknown;
}

/** A resource as its template writes it. */
export interface ResourceSource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: unknown };
  readonly Condition?: string;
  readonly Metadata?: { readonly [name: string]: unknown };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Construct paths by the template's file and the logical id. */
export type ConstructPaths = { readonly [file: string]: { readonly [logicalId: string]: string } };

/** A stack as its assembly has it. */
export interface StackSource {
  readonly name: string;
  readonly environment: Environment;
  readonly template: Template;
  /** The name of the template's file. */
  readonly file: string;
  /** What a parameter is given; undefined where that is left to its default. */
  readonly given: (parameter: string) => unknown;
  readonly paths: ConstructPaths;
}

/** Macros that add resources of their own but leave what the template says as it is. */
const HARMLESS_TRANSFORMS = [
  'AWS::LanguageExtensions',
  'AWS::SecretsManager-2020-07-23',
  'AWS::SecretsManager-2024-09-16',
];

/** Refuses a template that a macro would still change. */
export function checkTransforms({ name, template }: StackSource): void {
  const other = [template.Transform ?? []].flat().find((macro) => !HARMLESS_TRANSFORMS.includes(macro));
  if (other) {
    throw new SimulatorFault(`Stack ${name}: the transform ${other} is not supported.`);
  }
}
