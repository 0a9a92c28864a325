import type { Json, JsonObject } from '../../engine/json';
import { fromTask, toTask } from '../s3/task-form';
import { camel, ISO, pascal } from '../states/shape';
import type { Integration, Response } from './integration';
import { asText, isObject } from './parameters';

/** The services that the simulator has, as an AWS SDK integration calls them, with their IAM prefixes. */
const SERVICES: { readonly [name: string]: string } = {
  dynamodb: 'dynamodb',
  lambda: 'lambda',
  s3: 's3',
  eventbridge: 'events',
  sesv2: 'ses',
  sfn: 'states',
  sns: 'sns',
  sqs: 'sqs',
};

/** Parameters that are text to the service, and may be JSON to a workflow. */
const TEXT = ['Body', 'Input', 'MessageBody', 'Output', 'Payload'];

/** The services whose names a workflow spells in another way than the API does. */
const FORMS: {
  readonly [service: string]: {
    readonly input: (parameters: JsonObject) => { readonly [name: string]: unknown };
    readonly output: (response: Response) => Json;
  };
} = {
  s3: { input: fromTask, output: toTask },
  // The API of Step Functions spells its names with a small letter, a workflow all names with a capital.
  states: { input: camel, output: (response) => pascal(response, ISO) },
};

/** An AWS SDK integration: parameters and response are those of the API. */
export function awsSdkIntegration(name: string, api: string): Integration | undefined {
  const service = SERVICES[name];
  if (service === undefined) return undefined;
  const operation = api[0].toUpperCase() + api.slice(1);
  return {
    service,
    errors: 'aws-sdk',
    call: ({ input }) => {
      const given = Object.entries(isObject(input) ? input : {});
      const parameters = Object.fromEntries(
        given.map(([parameter, value]): [string, Json] => [
          parameter,
          TEXT.includes(parameter) ? (asText(value) as Json) : value,
        ]),
      );
      return { service, operation, input: FORMS[service]?.input(parameters) ?? parameters };
    },
    output: (response) => FORMS[service]?.output(response) ?? (response as Json),
  };
}
