import * as fs from 'node:fs';
import * as path from 'node:path';
import { SimulatorFault } from '../engine/fault';
import type { Environment } from './environment';

interface AssetManifest {
  readonly files?: { readonly [id: string]: FileAsset };
}

interface FileAsset {
  readonly source: { readonly path?: string; readonly executable?: readonly string[] };
  readonly destinations: { readonly [id: string]: FileDestination };
}

interface FileDestination {
  readonly bucketName: string;
  readonly objectKey: string;
  readonly region?: string;
}

/** Where the files of an assembly are, by the bucket and the key that deployment gives them. */
export class AssetIndex {
  private readonly files = new Map<string, string>();

  /** Adds what an asset manifest lists, as published by a stack of this environment. */
  add(manifestFile: string, environment: Environment): void {
    const { files } = JSON.parse(fs.readFileSync(manifestFile, 'utf8')) as AssetManifest;
    for (const { source, destinations } of Object.values(files ?? {})) {
      for (const { bucketName, objectKey, region } of Object.values(destinations)) {
        const bucket = expand(bucketName, environment, region);
        const file = source.path && path.resolve(path.dirname(manifestFile), source.path);
        this.files.set(`${bucket}/${expand(objectKey, environment, region)}`, file ?? '');
      }
    }
  }

  path(bucket: string, key: string): string | undefined {
    const file = this.files.get(`${bucket}/${key}`);
    if (file === '') {
      throw new SimulatorFault(`The asset ${key} is made by a command at deployment, which is not supported.`);
    }
    return file;
  }
}

function expand(text: string, { account, region, partition }: Environment, ownRegion = region): string {
  const values: { [name: string]: string } = { AccountId: account, Region: ownRegion, Partition: partition };
  return text.replace(/\$\{AWS::(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}
