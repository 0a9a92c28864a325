import type { Json } from '../../engine/json';
import type { Integration } from './integration';
import { asText, isObject } from './parameters';

/** The services that the simulator has, as an AWS SDK integration calls them. */
const SERVICES = ['dynamodb', 'lambda', 'sqs'];

/** Parameters that are text to the service, and may be JSON to a workflow. */
const TEXT = ['MessageBody', 'Payload'];

/** An AWS SDK integration: parameters and response are those of the API. */
export function awsSdkIntegration(service: string, api: string): Integration | undefined {
  if (!SERVICES.includes(service)) return undefined;
  const operation = api[0].toUpperCase() + api.slice(1);
  return {
    service,
    errors: 'aws-sdk',
    call: ({ input }) => {
      const given = Object.entries(isObject(input) ? input : {});
      const parameters = given.map(([name, value]) => [name, TEXT.includes(name) ? asText(value) : value]);
      return { service, operation, input: Object.fromEntries(parameters) };
    },
    output: (response) => response as Json,
  };
}
