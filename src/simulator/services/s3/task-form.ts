import { SimulatorFault } from '../../engine/fault';
import type { Json } from '../../engine/json';
import { ISO, inForm } from '../states/shape';

type Fields = { readonly [name: string]: unknown };

/** Step Functions spells it as the SDK for Java does. */
const JAVA = { model: 'SSEKMSKeyId', task: 'SsekmsKeyId' };

/** A workflow's parameters as the API spells them. */
export function fromTask<T extends Fields>(parameters: T): Fields {
  return renamed(parameters, JAVA.task, JAVA.model);
}

/** A response as Step Functions shows it to a workflow. */
export function toTask(response: Fields): Json {
  if (response.Body instanceof Uint8Array) {
    throw new SimulatorFault('the content of the object is no text, which is all that a workflow can take');
  }
  return inForm(renamed(response, JAVA.model, JAVA.task), ISO);
}

function renamed(fields: Fields, from: string, to: string): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name === from ? to : name, value]));
}
