import type { IConstruct } from 'constructs';
import { invalid } from '../step/names';

/** Refuses a value that an enum doesn't have: JavaScript lets it be given, and it would mean something else. */
export function checkChoice(
  scope: IConstruct,
  what: string,
  given: unknown,
  choices: { [name: string]: string },
): void {
  const allowed = Object.values(choices);
  if (given === undefined || allowed.some((choice) => choice === given)) return;
  const list = allowed.map((choice) => `'${choice}'`).join(' or ');
  throw invalid(scope, `${what} is ${JSON.stringify(given)}; give ${list}`);
}
