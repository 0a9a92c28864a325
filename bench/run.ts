import { deepStrictEqual as deepEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { behaviour } from './behaviour';
import { compile } from './compiled';
import { inProcess, type Medians, wholeProcess } from './measure';

/**
 * A saga of three steps with this library, against the same by hand in plain CDK, measured by turns in one run. Times
 * depend on the machine; the ratios hardly do.
 */
const main = async () => {
  // CDK's check of the synthesized template takes a second or two a process, the same for both.
  process.env.CDK_VALIDATION = 'false';
  const [library, hand] = [await behaviour('library'), await behaviour('hand')];
  for (const [scenario, told] of Object.entries(library.scenarios)) {
    if (hand.scenarios[scenario] !== told) {
      throw new Error(`the two differ in '${scenario}':\n  library ${told}\n  by hand ${hand.scenarios[scenario]}`);
    }
  }
  deepEqual(hand.resources, library.resources, 'the two have not the same resources');
  const compiled = compile();
  const [fast, whole] = [inProcess(compiled, 60), wholeProcess(compiled, 15)];
  const lines = { library: linesOf('saga-with-library.ts'), hand: linesOf('saga-by-hand.ts') };
  const total = (resources: { readonly [type: string]: number }) =>
    Object.values(resources).reduce((sum, count) => sum + count, 0);

  table([
    ['a saga of three steps', 'this library', 'by hand', 'ratio'],
    row('lines to write', lines, ''),
    row('state transitions on success', { library: library.transitionsOnSuccess, hand: hand.transitionsOnSuccess }, ''),
    row('resources in the template', { library: total(library.resources), hand: total(hand.resources) }, ''),
    row('synthesis in a warm process', fast, ' ms'),
    row('synthesis, the whole process', whole, ' ms'),
  ]);
  console.log(`\nBoth go the same way in the simulator: ${Object.keys(library.scenarios).join(', ')}.`);
};

const row = (what: string, { library, hand }: Medians, unit: string): string[] => {
  const told = (value: number) => `${unit ? value.toFixed(1) : value}${unit}`;
  return [what, told(library), told(hand), (library / hand).toFixed(2)];
};

const table = (rows: string[][]): void => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    );
  }
};

/** The lines of a source, without those that are blank or a comment. */
const linesOf = (file: string): number =>
  readFileSync(join(__dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/\*|\*)/.test(line)).length;

void main();
