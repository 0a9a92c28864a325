import type { Json, JsonObject } from '../../engine/json';
import type { TaskRequest } from '../../engine/task';

/** The parameters that an optimized integration takes; it must have those that are required. */
export interface Parameters {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Parameters that Step Functions does not start a task with. */
export class BadParameters extends Error {}

/** A task's parameters, checked as Step Functions does before it schedules the task. */
export function checkParameters({ input }: TaskRequest, { required, optional }: Parameters): JsonObject {
  const given = isObject(input) ? input : {};
  const problems = [
    ...required.filter((name) => !(name in given)).map((name) => `The field '${name}' is required but was missing`),
    ...Object.keys(given)
      .filter((name) => !required.includes(name) && !optional.includes(name))
      .map((name) => `The field '${name}' is not supported by Step Functions`),
  ];
  if (problems.length === 0) return given;
  throw new BadParameters(
    `The Parameters '${JSON.stringify(input)}' could not be used to start the Task: [${problems.join(', ')}]`,
  );
}

/** A value where the service takes text: what is no text is handed over as its JSON text. */
export function asText(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
