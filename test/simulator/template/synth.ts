import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { loadAssembly } from '../../../src/simulator/template/load-assembly';
import type { Resource, Resources } from '../../../src/simulator/template/resource';

/** Synthesizes an app into a folder of its own and reads it. */
export function synth(build: (app: App) => void): Resources {
  process.env.CDK_VALIDATION = 'false';
  const app = new App({ outdir: temporaryFolder() });
  build(app);
  return loadAssembly(app.synth().directory);
}

/** Reads an assembly of one stack, `Stack`, with this template. */
export function assemblyOf(template: object, environment?: string): Resources {
  return loadAssembly(assemblyDirectory(template, environment));
}

/** The folder of an assembly of one stack with this template. */
export function assemblyDirectory(
  template: object,
  environment = 'aws://unknown-account/unknown-region',
  stackName = 'Stack',
): string {
  const directory = temporaryFolder();
  const artifacts = {
    [stackName]: { type: 'aws:cloudformation:stack', environment, properties: { templateFile: 'Stack.template.json' } },
  };
  fs.writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  fs.writeFileSync(path.join(directory, 'Stack.template.json'), JSON.stringify(template));
  return directory;
}

/** The only resource of a type. */
export function only(type: string, resources: Resources): Resource {
  const [resource, ...others] = resources.ofType(type);
  if (!resource || others.length > 0) {
    throw new Error(`There is not exactly one ${type}.`);
  }
  return resource;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) {
    fs.rmSync(folder, { recursive: true });
  }
});

/** A folder that is there until the tests of the file have ended. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-'));
  folders.push(folder);
  return folder;
}
