import { type Stack, Stage } from 'aws-cdk-lib';
import { SimulatorFault } from './engine';

/** What is deployed, and the guard against changes that come too late. */
export interface Synthesized {
  /** The cloud assembly. */
  readonly directory: string;
  /** Throws where the app has changed since. */
  readonly checkUnchanged: () => void;
}

/** Synthesizes the whole stage of a stack: a stack alone may lack what it refers to. */
export function synthesized(stack: Stack): Synthesized {
  const stage = Stage.of(stack);
  if (stage === undefined) throw new SimulatorFault(`${stack.node.path} is in no app: give it one as its scope`);
  const { directory } = stage.synth();
  const known = new Set(stage.node.findAll());
  const checkUnchanged = (): void => {
    const added = stage.node.findAll().find((construct) => !known.has(construct));
    if (added === undefined) return;
    throw new SimulatorFault(
      `the app has changed since it was synthesized (${added.node.path} is new): make a new Simulator, or deploy another app`,
    );
  };
  return { directory, checkUnchanged };
}

/** A cloud assembly that is synthesized already, and so can't change. */
export function alreadySynthesized(directory: string): Synthesized {
  return { directory, checkUnchanged: () => undefined };
}
