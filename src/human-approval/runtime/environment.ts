import type { Variable } from '../constants';

/** What the stack told the function. */
export function environment(name: Variable): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`the variable ${name} is not set`);
  return value;
}
