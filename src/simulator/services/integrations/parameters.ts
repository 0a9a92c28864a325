import type { Json, JsonObject } from '../../engine/json';

/** The parameters that an optimized integration takes; it must have those that are required. */
export interface Parameters {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Why Step Functions does not even schedule a task with what it gets. */
export function parametersProblem(input: Json, { required, optional }: Parameters): string | undefined {
  const given = givenIn(input);
  const problems = [
    ...required.filter((name) => !(name in given)).map((name) => `The field '${name}' is required but was missing`),
    ...Object.keys(given)
      .filter((name) => !required.includes(name) && !optional.includes(name))
      .map((name) => `The field '${name}' is not supported by Step Functions`),
  ];
  if (problems.length === 0) return undefined;
  return `The Parameters '${JSON.stringify(input)}' could not be used to start the Task: [${problems.join(', ')}]`;
}

/** A task's parameters: without any there are none that are required. */
export function givenIn(input: Json): JsonObject {
  return isObject(input) ? input : {};
}

/** A value where the service takes text: what is no text is handed over as its JSON text. */
export function asText(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
