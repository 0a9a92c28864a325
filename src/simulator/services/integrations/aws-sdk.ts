import type { Json } from '../../engine/json';
import { camel, ISO, pascal } from '../states/shape';
import type { Integration } from './integration';
import { asText, isObject } from './parameters';

/** The services that the simulator has, as an AWS SDK integration calls them, with their IAM prefixes. */
const SERVICES: { readonly [name: string]: string } = {
  dynamodb: 'dynamodb',
  lambda: 'lambda',
  sfn: 'states',
  sqs: 'sqs',
};

/** Parameters that are text to the service, and may be JSON to a workflow. */
const TEXT = ['Input', 'MessageBody', 'Output', 'Payload'];

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
      // The API of Step Functions spells its names with a small letter, a workflow all names with a capital.
      return { service, operation, input: service === 'states' ? camel(parameters) : parameters };
    },
    output: (response) => (service === 'states' ? pascal(response, ISO) : (response as Json)),
  };
}
