import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** CDK leaves the assembly of each app behind; these go with the process. */
const assemblies = mkdtempSync(join(tmpdir(), 'assemblies-'));
process.once('exit', () => rmSync(assemblies, { recursive: true, force: true }));

export const newStack = (id = 'Travel', props?: StackProps): Stack =>
  new Stack(new App({ outdir: mkdtempSync(join(assemblies, 'app-')) }), id, props);

/** A function whose handler has this body. */
export const fn = (
  stack: Stack,
  id: string,
  body = 'return { ok: true };',
  props: Partial<lambda.FunctionProps> = {},
): lambda.Function =>
  new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`exports.handler = async (event, context) => { ${body} };`),
    ...props,
  });

/** The definitions of a stack's state machines, their tokens replaced by the logical ids they name. */
export const definitions = (stack: Stack): Definition[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine')).map((machine) =>
    JSON.parse(plain(machine.Properties.DefinitionString)),
  );

/** A text with intrinsic functions, these replaced by what they name. */
export const plain = (text: unknown): string => {
  if (typeof text === 'string') return text;
  const [name, argument] = Object.entries(text as object)[0];
  if (name === 'Fn::Join') return argument[1].map(plain).join(argument[0]);
  return [argument].flat().join('.');
};

export interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, State>;
  readonly TimeoutSeconds: number;
}

export interface State {
  readonly Type: string;
  readonly QueryLanguage?: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Retry?: { ErrorEquals: string[]; MaxAttempts: number; JitterStrategy: string; MaxDelaySeconds: number }[];
  readonly Catch?: { ErrorEquals: string[]; Next: string }[];
  readonly TimeoutSeconds?: number;
  readonly Arguments?: Record<string, unknown>;
  readonly Branches?: Definition[];
}

/** Every state of a definition, at any depth. */
export const allStates = (definition: Definition): [string, State][] =>
  Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap(allStates),
  ]);
