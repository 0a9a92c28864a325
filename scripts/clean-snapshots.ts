/** Removes the paths of this machine from the integ snapshots. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = process.cwd();

for (const entry of readdirSync('integ', { withFileTypes: true, recursive: true })) {
  if (!entry.isFile() || !/\.json$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const text = readFileSync(file, 'utf8');
  if (text.includes(ROOT)) writeFileSync(file, text.replaceAll(ROOT, '.'));
}
