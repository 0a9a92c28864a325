import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of a source in this folder, without those that are blank or a comment. */
export const linesOf = (file: string): number =>
  readFileSync(join(__dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/\*|\*)/.test(line)).length;
