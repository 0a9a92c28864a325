import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import type { Case } from './case';
import { replay } from './replay';

/** Replays the recorded executions of a folder: `npx tsx test/conformance/run.ts --cases DIR [--json FILE]`. */
async function main(): Promise<void> {
  const { cases, json } = parseArgs({ options: { cases: { type: 'string' }, json: { type: 'string' } } }).values;
  if (cases === undefined) {
    console.log('SKIPPED: nothing is replayed without recordings; give --cases DIR, the folder that has them');
    console.log('0 passed, 0 failed');
    return;
  }
  const results: { id: string; passed: boolean; difference?: string }[] = [];
  for (const file of fs
    .readdirSync(cases)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    for (const recording of JSON.parse(fs.readFileSync(path.join(cases, file), 'utf8')) as Case[]) {
      const difference = await replay(recording);
      results.push({ id: recording.id, passed: difference === undefined, difference });
      if (difference !== undefined) {
        console.log(`${recording.id}\n  ${difference.slice(0, 1_000)}`);
      }
    }
  }
  if (json !== undefined) {
    fs.writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  }
  const passed = results.filter((result) => result.passed).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
}

void main();
