import { SimulatorFault } from '../../engine/fault';
import type { Resource, Resources } from '../../template/resource';
import type { ServiceContext } from '../context';
import type { Dispatcher } from '../dispatcher';
import { answerFunctionUrl } from './function-url';
import { answerHttp } from './http/http-api';
import type { ApiAnswer, ApiRequest } from './message';
import { answerRest } from './rest/rest-api';
import { TokenBuckets } from './token-buckets';
import { type ApiWorld, hostOf } from './world';

/** The types of what answers to HTTP. */
export const API_TYPES = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api', 'AWS::Lambda::Url'];

/** API Gateway, and the URLs of functions: the APIs of the assembly. */
export class ApiGateway {
  private readonly world: ApiWorld;

  constructor(context: ServiceContext, dispatcher: Dispatcher) {
    this.world = { context, dispatcher, buckets: new TokenBuckets(() => context.now()) };
  }

  /** What browsers call the origin of an API's own pages. */
  origin(api: Resource): string {
    if (api.type === 'AWS::Lambda::Url') return new URL(api.attribute('FunctionUrl')).origin;
    return `https://${hostOf(this.world, api.physicalId)}`;
  }

  /** Answers a request. Its path is that of the real API, stage and all. */
  answer(request: ApiRequest, api: Resource): Promise<ApiAnswer> {
    switch (api.type) {
      case 'AWS::ApiGateway::RestApi':
        return answerRest(request, api, this.world);
      case 'AWS::ApiGatewayV2::Api':
        return answerHttp(request, api, this.world);
      default:
        return answerFunctionUrl(request, api, this.world);
    }
  }
}

/** The API at an address of AWS; throws where the templates have none. */
export function apiAt({ hostname }: URL, resources: Resources): Resource {
  const [id] = hostname.split('.');
  const isUrl = (api: Resource): boolean =>
    api.type === 'AWS::Lambda::Url' && new URL(api.attribute('FunctionUrl')).hostname === hostname;
  const isApi = ({ type, physicalId }: Resource): boolean =>
    type !== 'AWS::Lambda::Url' && physicalId === id && hostname.startsWith(`${id}.execute-api.`);
  const found = API_TYPES.flatMap((type) => resources.ofType(type)).find((api) => isUrl(api) || isApi(api));
  if (!found) throw new SimulatorFault(`no API of the synthesized templates is at ${hostname}`);
  return found;
}

/** The path before all paths of an API: that of its stage, where it has one alone. */
export function basePath(api: Resource, resources: Resources): string {
  const stageTypes: { readonly [type: string]: readonly [stageType: string, apiId: string] } = {
    'AWS::ApiGateway::RestApi': ['AWS::ApiGateway::Stage', 'RestApiId'],
    'AWS::ApiGatewayV2::Api': ['AWS::ApiGatewayV2::Stage', 'ApiId'],
  };
  const [stageType, apiId] = stageTypes[api.type] ?? [];
  if (stageType === undefined) return '';
  const stages = resources.ofType(stageType).filter(({ properties }) => properties[apiId] === api.physicalId);
  const names = stages.map(({ physicalId }) => physicalId);
  if (names.length === 0) throw new SimulatorFault(`${api.logicalId} has no stage: nothing is deployed`);
  if (names.includes('$default')) return '';
  if (names.length === 1) return `/${names[0]}`;
  throw new SimulatorFault(`${api.logicalId} has several stages (${names.join(', ')}): give the whole URL`);
}
