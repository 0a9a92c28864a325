import type { Construct } from 'constructs';
import { invalid } from '../step/names';

/**
 * Refuses what an Express workflow can't do, or should not.
 *
 * @param standardOnly what only Standard workflows can do, and why
 */
export function checkExpress(scope: Construct, standardOnly: string[]): void {
  if (standardOnly.length === 0) return;
  throw invalid(
    scope,
    ['this has to be a Standard workflow, not an Express one:', ...standardOnly.map((reason) => `  ${reason}`)].join(
      '\n',
    ),
  );
}
