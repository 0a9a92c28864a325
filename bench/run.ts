import { deepStrictEqual as deepEqual } from 'node:assert';
import { behaviour } from './behaviour';
import { compile } from './compiled';
import { engine } from './engine/engine';
import { fanOut } from './fan-out/fan-out';
import { linesOf } from './lines';
import { inProcess, type Medians, wholeProcess } from './measure';
import { samples } from './samples/samples';
import { table } from './table';

/** A saga of three steps with this library, against the same by hand in plain CDK, measured by turns in one run. */
const saga = async () => {
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

const PARTS = new Map([
  ['saga', saga],
  ['samples', samples],
  ['engine', async () => engine()],
  ['fan-out', async () => fanOut()],
]);

/** The parts that are named, or all: `npm run bench -- engine`. Times depend on the machine; the ratios hardly do. */
const main = async (named: string[]) => {
  for (const name of named.length > 0 ? named : PARTS.keys()) {
    const part = PARTS.get(name);
    if (!part) throw new Error(`there is no part '${name}'; there are: ${[...PARTS.keys()].join(', ')}`);
    await part();
    console.log();
  }
};

void main(process.argv.slice(2));
