import { createHmac } from 'node:crypto';
import { SimulatorFault } from '../../engine/fault';

type Options = { readonly [name: string]: unknown };

const KINDS = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};
const KNOWN = [
  ...[...Object.keys(KINDS), 'ExcludeCharacters', 'IncludeSpace', 'PasswordLength', 'RequireEachIncludedType'],
  ...['SecretStringTemplate', 'GenerateStringKey'],
];

/** What a secret gets where its template has it generated: it looks random, and is the same for the same seed. */
export function generateSecret(options: Options, seed: string): string {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown) throw new SimulatorFault(`GenerateSecretString.${unknown} of a secret is not supported`);
  const password = generatePassword(options, seed);
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  return key === undefined
    ? password
    : JSON.stringify({ ...JSON.parse(String(template ?? '{}')), [String(key)]: password });
}

function generatePassword(options: Options, seed: string): string {
  const excluded = new Set(String(options.ExcludeCharacters ?? ''));
  const kinds = Object.entries(KINDS).flatMap(([flag, characters]) => (isTrue(options[flag]) ? [] : [characters]));
  const sets = [...kinds, ...(isTrue(options.IncludeSpace) ? [' '] : [])]
    .map((characters) => [...characters].filter((character) => !excluded.has(character)))
    .filter((characters) => characters.length > 0);
  const all = sets.flat();
  const length = Number(options.PasswordLength ?? 32);
  const needed = options.RequireEachIncludedType === undefined || isTrue(options.RequireEachIncludedType) ? sets : [];
  if (all.length === 0 || needed.length > length) {
    throw new SimulatorFault('GenerateSecretString of a secret leaves no password: AWS refuses it');
  }
  const next = numbers(seed);
  const chosen = Array.from({ length }, (_, index) => {
    const from = needed[index] ?? all;
    return from[next() % from.length];
  });
  return shuffled(chosen, next).join('');
}

function shuffled(list: readonly string[], next: () => number): string[] {
  const keyed = list.map((item) => ({ item, key: next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Numbers that follow from a seed. */
function numbers(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHmac('sha256', seed).update(String(count)).digest().readUInt32BE();
  };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
