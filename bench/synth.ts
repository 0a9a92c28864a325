import { App, Stack } from 'aws-cdk-lib';
import type { CfnStateMachineAlias } from 'aws-cdk-lib/aws-stepfunctions';
import { parts } from './parts';
import { build as byHand } from './saga-by-hand';
import { build as withLibrary } from './saga-with-library';

/** The two ways to the same saga. */
export const WAYS = { library: withLibrary, hand: byHand };

export type Way = keyof typeof WAYS;

/** Builds the saga in an app of its own. */
export const buildApp = (way: Way, outdir: string): { stack: Stack; alias: CfnStateMachineAlias } => {
  const stack = new Stack(new App({ outdir }), 'Travel');
  return { stack, alias: WAYS[way](stack, parts(stack)) };
};

/** Builds and synthesizes it. */
export const synth = (way: Way, outdir: string): void => {
  (buildApp(way, outdir).stack.node.root as App).synth();
};
