import { type ResourceEnvironment, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './names';

/** What a state uses. */
export interface Used {
  /** What it is: a word. */
  readonly what: string;
  readonly path: string;
  readonly env: Pick<ResourceEnvironment, 'region' | 'account'>;
}

/** Refuses what is of another place: Step Functions uses its own region; another account would have to allow it as well. */
export function checkPlace(scope: IConstruct, does: string, { what, path, env }: Used): void {
  const own = Stack.of(scope);
  for (const [kind, theirs, ours] of [
    ['region', env.region, own.region],
    ['account', env.account, own.account],
  ]) {
    if (Token.isUnresolved(theirs) || Token.isUnresolved(ours) || theirs === ours) continue;
    throw invalid(
      scope,
      `${does} ${path}, a ${what} of the ${kind} ${theirs}, and the workflow is in ${ours}; give a ${what} of the same ${kind}`,
    );
  }
}
