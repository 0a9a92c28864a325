import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Makes a compiled index load each module when something of it is first used: an app pays for the patterns that it has,
 * not for what the others need of AWS CDK.
 */
export const makeLazy = (file: string): void => {
  const paths = new Map<string, string>();
  const text = readFileSync(file, 'utf8').replace(/^var (\w+) = (require\("\.[^"]+"\));\n/gm, (_, name, path) => {
    paths.set(name, path);
    return '';
  });
  const lazy = text
    .replace(/(?<=return )(\w+)(?=\.\w+; \})/g, (name) => paths.get(name) ?? name)
    // Node, where an ES module imports from this one, would not take a getter that it doesn't know for an export; the
    // compiler has also assigned each name before.
    .replace(/(?<=^Object\.defineProperty\(exports, )("\w+")(?=, \{ enumerable)/gm, '($1)');
  const left = [...paths.keys()].filter((name) => new RegExp(`\\b${name}\\b`).test(lazy));
  if (paths.size === 0 || left.length > 0) throw new Error(`${file} is not as the compiler writes it: ${left}`);
  writeFileSync(file, lazy);
};

if (require.main === module) makeLazy('lib/index.js');
