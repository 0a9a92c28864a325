import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the licences of the packages that are in a bundle beside it. */
export const writeNotices = (folder: string, inputs: string[]): void =>
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), inlinedPackages(inputs).map(notice).join('\n\n'));

const inlinedPackages = (inputs: string[]): string[] => {
  const folders = inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  return [...new Set(folders)].sort();
};

const notice = (folder: string): string => {
  const { name, version, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const license = manifest.license?.type ?? manifest.license;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!license && !file) throw new Error(`${name} ${version} has no license: it can't be inlined`);
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}`;
};
