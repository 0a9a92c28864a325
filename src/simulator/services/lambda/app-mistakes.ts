import { existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { SimulatorFault } from '../../engine/fault';
import { describeFunction, type LambdaFunction } from './function';

/** How many files of an asset a message names. */
const NAMED_FILES = 10;

/**
 * Throws a fault where a function failed by a mistake in the app, and so on every invocation: its handler doesn't exist,
 * or what Lambda's runtime brings along is not here. As an error of the task, a workflow's Catch would hide it.
 *
 * @param root the folder of the function's code
 * @param payload the error's JSON text
 */
export function checkApp(fn: LambdaFunction, root: string, payload: string): void {
  const sdk = /Cannot find (?:module|package) '(@(?:aws-sdk|smithy)\/[^']+)'/.exec(payload)?.[1];
  if (sdk) {
    throw new SimulatorFault(
      `${describeFunction(fn.resource)} needs '${sdk}', which Lambda's runtime brings along and this project has not: ` +
        'bundle it with the handler, or install it as a development dependency',
    );
  }
  const problem = handlerProblem(fn, root, payload);
  if (problem === undefined) return;
  throw new SimulatorFault(
    `${describeFunction(fn.resource)} has the handler '${fn.handler}', but ${problem}. In its code there is: ` +
      files(root),
  );
}

function handlerProblem({ handler }: LambdaFunction, root: string, payload: string): string | undefined {
  const { errorType, errorMessage = '' } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
  const file = handler.replace(/\.[^/]*$/, '');
  const absolute = path.resolve(root, file);
  switch (errorType) {
    case 'Runtime.MalformedHandlerName':
      return 'a handler is <file>.<export>';
    case 'Runtime.HandlerNotFound':
      return errorMessage;
    case 'Runtime.ImportModuleError':
      if (!errorMessage.includes(`Cannot find module '${absolute}'`)) return undefined;
      return existsSync(`${absolute}.ts`)
        ? `Lambda runs no ${file}.ts: bundle it, e.g. with NodejsFunction`
        : `there is no ${file}.js, .mjs or .cjs`;
    default:
      return undefined;
  }
}

function files(root: string): string {
  const names = readdirSync(root).sort();
  const more = names.length > NAMED_FILES ? ', …' : '';
  return names.slice(0, NAMED_FILES).join(', ') + more || 'nothing';
}
