import type { Json } from '../../engine';

/** How a protocol writes an instant. */
export type DateForm = (date: Date) => Json;

export const EPOCH_SECONDS: DateForm = (date) => date.getTime() / 1000;
export const EPOCH_MILLIS: DateForm = (date) => date.getTime();
export const ISO: DateForm = (date) => date.toISOString();

/** A response as JSON, its instants written as a protocol does. */
export function inForm(value: unknown, form: DateForm): Json {
  return rebuilt(value, form, (name) => name);
}

/** A response as Step Functions shows it to a workflow: names begin with a capital, and stand in alphabetical order. */
export function pascal(value: unknown, form: DateForm): Json {
  return rebuilt(value, form, (name) => name[0].toUpperCase() + name.slice(1));
}

/** A workflow's parameters as the API spells them. */
export function camel(parameters: { readonly [name: string]: Json }): { [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name[0].toLowerCase() + name.slice(1), value]),
  );
}

function rebuilt(value: unknown, form: DateForm, rename: (name: string) => string): Json {
  if (value instanceof Date) return form(value);
  if (Array.isArray(value)) return value.map((item) => rebuilt(item, form, rename));
  if (typeof value !== 'object' || value === null) return value as Json;
  const entries = Object.entries(value).map(([name, item]): [string, Json] => [
    rename(name),
    rebuilt(item, form, rename),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
