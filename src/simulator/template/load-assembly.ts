import * as fs from 'node:fs';
import * as path from 'node:path';
import { SimulatorFault } from '../engine/fault';
import { Assembly } from './assembly';
import { AssetIndex } from './assets';
import { environmentOf } from './environment';
import type { ConstructPaths, StackSource } from './template';

interface Manifest {
  readonly artifacts?: { readonly [id: string]: Artifact };
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly parameters?: { readonly [name: string]: string };
    readonly file?: string;
    readonly directoryName?: string;
  };
}

/** Notes by construct path. */
interface Metadata {
  readonly [path: string]: readonly { readonly type: string; readonly data?: unknown }[];
}

/**
 * Reads a synthesized cloud assembly, e.g. `cdk.out`, with those of its stages.
 *
 * @param past what it is deployed over
 */
export function loadAssembly(directory: string, past?: Assembly): Assembly {
  const assets = new AssetIndex();
  return new Assembly(readStacks(directory, assets), assets, past);
}

function readStacks(directory: string, assets: AssetIndex): StackSource[] {
  const artifacts = readManifest(directory).artifacts ?? {};
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    switch (artifact.type) {
      case 'aws:cloudformation:stack':
        return [readStack(directory, id, artifact, artifacts, assets)];
      case 'cdk:cloud-assembly':
        return readStacks(path.join(directory, artifact.properties?.directoryName ?? id), assets);
      default:
        return [];
    }
  });
}

function readManifest(directory: string): Manifest {
  const file = path.join(directory, 'manifest.json');
  if (!fs.existsSync(file)) {
    throw new SimulatorFault(`${directory} is not a cloud assembly: it has no manifest.json.`);
  }
  return readJson(file);
}

function readStack(
  directory: string,
  id: string,
  artifact: Artifact,
  artifacts: { readonly [id: string]: Artifact },
  assets: AssetIndex,
): StackSource {
  const environment = environmentOf(artifact.environment);
  for (const dependency of artifact.dependencies ?? []) {
    const manifest = artifacts[dependency];
    if (manifest?.type === 'cdk:asset-manifest' && manifest.properties?.file) {
      assets.add(path.join(directory, manifest.properties.file), environment);
    }
  }
  const { stackName, templateFile = `${id}.template.json`, parameters } = artifact.properties ?? {};
  return {
    name: stackName ?? id,
    environment,
    template: readJson(path.join(directory, templateFile)),
    file: templateFile,
    given: (parameter) => parameters?.[parameter],
    paths: readPaths(directory, artifact, templateFile),
  };
}

/** The construct paths, which a template has in its own metadata only where the app asks for it. */
function readPaths(directory: string, artifact: Artifact, templateFile: string): ConstructPaths {
  const file = artifact.additionalMetadataFile;
  const metadata: Metadata = { ...artifact.metadata, ...(file && readJson<Metadata>(path.join(directory, file))) };
  const files = Object.keys(metadata).flatMap((construct) =>
    notesOf(metadata, construct, 'aws:cdk:templateFile').map((name) => ({ construct, name })),
  );
  const paths: { [file: string]: { [logicalId: string]: string } } = {};
  for (const construct of Object.keys(metadata)) {
    for (const logicalId of notesOf(metadata, construct, 'aws:cdk:logicalId')) {
      // The innermost stack round the construct: a nested one has a template of its own.
      const owner = files.filter((of) => construct.startsWith(`${of.construct}/`)).pop()?.name ?? templateFile;
      paths[owner] = { ...paths[owner], [logicalId]: construct.slice(1) };
    }
  }
  return paths;
}

function notesOf(metadata: Metadata, construct: string, type: string): string[] {
  return metadata[construct].filter((note) => note.type === type).map((note) => String(note.data));
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}
