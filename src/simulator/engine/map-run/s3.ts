import { WorkflowError } from '../errors';
import { SimulatorFault } from '../fault';
import { awaiting, type Computation } from '../fiber';
import type { Json, JsonObject } from '../json';
import type { Lane } from '../lane';
import type { ListedObject, ObjectAnswer, ObjectPort, ObjectRequest } from '../objects';
import { wrongType } from '../states/fields';

type Field = ObjectRequest['field'];

/** The objects that S3 lists. */
export function listObjects(lane: Lane, parameters: JsonObject): Computation<readonly ListedObject[]> {
  return ask(lane, 'ItemReader', parameters, (port, request) => port.list(request));
}

/** The content of an object. */
export function getObject(lane: Lane, parameters: JsonObject): Computation<Uint8Array> {
  return ask(lane, 'ItemReader', parameters, (port, request) => port.get(request));
}

/** Puts an object, and gives its size in bytes. */
export function* putObject(lane: Lane, parameters: JsonObject, body: Buffer): Computation<number> {
  yield* ask(lane, 'ResultWriter', parameters, (port, request) => port.put(request, body));
  return body.length;
}

function* ask<T>(
  lane: Lane,
  field: Field,
  parameters: JsonObject,
  call: (port: ObjectPort, request: ObjectRequest) => Promise<ObjectAnswer<T>>,
): Computation<T> {
  const { objects, clock, identity } = lane.run;
  const { name } = lane.current.state;
  if (!objects) {
    throw new SimulatorFault(`The state '${name}' has ${field}, but there is no S3 here that it could ask`);
  }
  const request = { stateName: name, field, executionArn: identity.executionArn, parameters };
  const answer = yield* awaiting(
    clock,
    Promise.resolve().then(() => call(objects, request)),
  );
  if (answer.kind === 'failed') {
    throw new WorkflowError(`States.${field}Failed`, answer.cause);
  }
  return answer.value;
}

/** The parameters of a call of S3, which must be an object. */
export function parametersOf(value: Json, source: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw wrongType({ name: 'Arguments', expression: { source, evaluate: () => value } }, 'object', value);
  }
  return value;
}
