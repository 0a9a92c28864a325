import { SimulatorFault } from '../../../engine/fault';
import type { Resource, Resources } from '../../../template/resource';
import { type PathParameters, PathTemplate } from '../paths';

/** A method of a REST API, with the path that leads to it. */
export interface RestMethod {
  readonly template: PathTemplate;
  /** `ANY` for all that no other method is for. */
  readonly httpMethod: string;
  readonly resourceId: string;
  readonly resource: Resource;
}

/** The method that a request leads to. */
export interface RestRoute extends RestMethod {
  readonly parameters: PathParameters;
}

/** Finds the method for a path without its stage; undefined where the API has none. */
export function findMethod(api: Resource, resources: Resources, method: string, path: string): RestRoute | undefined {
  const matching = methodsOf(api, resources)
    .flatMap((candidate) => {
      const parameters = candidate.template.match(path);
      return parameters === undefined ? [] : [{ ...candidate, parameters }];
    })
    .sort((a, b) => a.template.compare(b.template));
  // A resource that matches best answers, whether or not it has the method.
  const best = matching.filter(({ template }) => template.text === matching[0].template.text);
  return best.find(({ httpMethod }) => httpMethod === method) ?? best.find(({ httpMethod }) => httpMethod === 'ANY');
}

function methodsOf(api: Resource, resources: Resources): RestMethod[] {
  return resources
    .ofType('AWS::ApiGateway::Method')
    .filter(({ properties }) => properties.RestApiId === api.physicalId)
    .map((resource) => {
      const resourceId = String(resource.properties.ResourceId);
      const template = new PathTemplate(pathOf(resourceId, api, resources));
      return { template, httpMethod: String(resource.properties.HttpMethod), resourceId, resource };
    });
}

function pathOf(resourceId: string, api: Resource, resources: Resources): string {
  if (resourceId === api.attribute('RootResourceId')) return '/';
  const resource = resources
    .ofType('AWS::ApiGateway::Resource')
    .find(({ physicalId, properties }) => physicalId === resourceId && properties.RestApiId === api.physicalId);
  if (!resource)
    throw new SimulatorFault(`The resource ${resourceId} of the API ${api.logicalId} is not in the templates`);
  const parent = pathOf(String(resource.properties.ParentId), api, resources);
  return `${parent === '/' ? '' : parent}/${resource.properties.PathPart}`;
}
