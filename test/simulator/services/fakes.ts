import { type ServiceContext, uuids } from '../../../src/simulator/services/context';
import type { Resource, Resources } from '../../../src/simulator/template/resource';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
export const NOW = Date.UTC(2030, 0, 1);

export interface FakeResource {
  readonly type: string;
  readonly physicalId: string;
  readonly arn: string;
  readonly properties?: { readonly [name: string]: unknown };
  readonly logicalId?: string;
}

/** Resources of an assembly that never was. */
export function fakeResources(
  list: readonly FakeResource[],
  assets: { readonly [key: string]: string } = {},
): Resources {
  const resources: Resource[] = list.map((fake, index) => ({
    logicalId: fake.logicalId ?? `Resource${index}`,
    type: fake.type,
    stackName: 'Stack',
    physicalId: fake.physicalId,
    attribute: () => fake.arn,
    properties: fake.properties ?? {},
    get release() {
      return release;
    },
  }));
  const release: Resources = {
    all: () => resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find: (logicalId) => resources.find((resource) => resource.logicalId === logicalId),
    byArn: (arn) => resources.find((resource) => resource.attribute('Arn') === arn),
    isGone: () => false,
    assetPath: (bucket, key) => assets[`${bucket}/${key}`],
  };
  return release;
}

export function fakeContext(
  list: readonly FakeResource[],
  assets?: { readonly [key: string]: string },
): ServiceContext {
  const resources = fakeResources(list, assets);
  return { resources, partition: 'aws', region: REGION, account: ACCOUNT, now: () => NOW, newId: uuids('test') };
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

/** A Node.js function whose code is in the template. */
export function inlineFunction(
  name: string,
  source: string,
  properties: { [name: string]: unknown } = {},
): FakeResource {
  return {
    type: 'AWS::Lambda::Function',
    logicalId: name,
    physicalId: name,
    arn: functionArn(name),
    properties: {
      Code: { ZipFile: source },
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      Role: `arn:aws:iam::${ACCOUNT}:role/${name}-role`,
      ...properties,
    },
  };
}
