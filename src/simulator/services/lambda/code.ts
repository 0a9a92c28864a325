import { existsSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Resource } from '../../template/resource';
import { cannotRun } from './function';

/** The temporary folders of this process that nobody has removed yet. */
const temporary = new Set<string>();
let watchesExit = false;

/** The folders that hold the functions' code: an asset's own, or a temporary one for code that the template holds. */
export class CodeFolders {
  private readonly inline = new Map<Resource, string>();

  of(resource: Resource): string {
    const code = (resource.properties.Code ?? {}) as { ZipFile?: string; S3Bucket?: string; S3Key?: string };
    if (code.ZipFile !== undefined) return this.writeInline(resource, code.ZipFile);
    const { S3Bucket: bucket, S3Key: key } = code;
    const asset = bucket && key ? resource.release.assetPath(bucket, key) : undefined;
    if (!asset || !existsSync(asset))
      throw cannotRun(resource, `has its code in s3://${bucket}/${key}, not in an asset`);
    if (!statSync(asset).isDirectory())
      throw cannotRun(resource, `has its code in the archive ${path.basename(asset)}`);
    return realpathSync(asset);
  }

  close(): void {
    for (const folder of this.inline.values()) remove(folder);
    this.inline.clear();
  }

  private writeInline(resource: Resource, source: string): string {
    const written = this.inline.get(resource);
    if (written) return written;
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'index.js'), source);
    this.inline.set(resource, folder);
    return folder;
  }
}

/** A folder that is gone when the process ends, also where nobody closes the simulator. */
function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'lambda-code-')));
  temporary.add(folder);
  if (!watchesExit) process.once('exit', () => temporary.forEach(remove));
  watchesExit = true;
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  temporary.delete(folder);
}
