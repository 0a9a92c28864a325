import type { Resource, Resources } from '../../../template/resource';
import { type PathParameters, PathTemplate } from '../paths';

/** The route of an HTTP API that a request leads to. */
export interface HttpRoute {
  /** e.g. `POST /orders/{id}`; `$default` */
  readonly key: string;
  readonly resource: Resource;
  readonly parameters: PathParameters;
}

/** Finds the route for a path without its stage; undefined where the API has none. */
export function findRoute(api: Resource, resources: Resources, method: string, path: string): HttpRoute | undefined {
  const routes = resources
    .ofType('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.ApiId === api.physicalId)
    .map((resource) => ({ resource, key: String(resource.properties.RouteKey) }));
  const matching = routes
    .flatMap(({ resource, key }) => {
      const [verb, text] = key.split(' ');
      if (text === undefined || (verb !== method && verb !== 'ANY')) return [];
      const template = new PathTemplate(text);
      const parameters = template.match(path);
      return parameters === undefined ? [] : [{ key, resource, parameters, template, isAny: verb === 'ANY' }];
    })
    .sort((a, b) => a.template.compare(b.template) || Number(a.isAny) - Number(b.isAny));
  const fallback = routes.find(({ key }) => key === '$default');
  return matching[0] ?? (fallback && { ...fallback, parameters: {} });
}
