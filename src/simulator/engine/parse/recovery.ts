import type { Catcher, Recovery, Retrier } from '../definition';
import { parseFlow } from './flow';
import type { Reader } from './reader';
import type { StateSource } from './states';

/** Reads Retry and Catch. */
export function parseRecovery(source: StateSource): Recovery {
  const { reader } = source;
  const retry = readers(reader, 'Retry').map(parseRetrier);
  const catchers = readers(reader, 'Catch').map((inner) => parseCatcher(inner, source));
  checkOrder(reader, 'Retry', retry);
  checkOrder(reader, 'Catch', catchers);
  return { retry, catch: catchers };
}

function readers(reader: Reader, field: string): Reader[] {
  return (reader.array(field) ?? []).flatMap((json, index) => reader.innerOf(`${field}[${index}]`, json) ?? []);
}

function parseRetrier(reader: Reader): Retrier {
  const jitter = reader.string('JitterStrategy');
  if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE') {
    reader.error('JitterStrategy', 'must be FULL or NONE');
  }
  const retrier = {
    errorEquals: errorNames(reader),
    intervalSeconds: reader.number('IntervalSeconds', 1, 99_999_999) ?? 1,
    maxAttempts: reader.number('MaxAttempts', 0, 99_999_999) ?? 3,
    backoffRate: reader.number('BackoffRate', 1, Infinity, false) ?? 2,
    maxDelaySeconds: reader.number('MaxDelaySeconds', 1, 31_622_400),
    fullJitter: jitter === 'FULL',
  };
  if (retrier.maxDelaySeconds !== undefined && retrier.maxDelaySeconds <= retrier.intervalSeconds) {
    reader.error('MaxDelaySeconds', 'must be greater than IntervalSeconds');
  }
  reader.finish();
  return retrier;
}

function parseCatcher(reader: Reader, { language, surroundings }: StateSource): Catcher {
  const fields = language === 'JSONata' ? (['output', 'assign'] as const) : (['resultPath', 'assign'] as const);
  const catcher = {
    errorEquals: errorNames(reader),
    next: reader.string('Next', true),
    flow: parseFlow(reader, language, fields, surroundings.outerVariables, ['errorOutput']),
  };
  reader.finish();
  return catcher;
}

function errorNames(reader: Reader): string[] {
  const names = reader.array('ErrorEquals', true) ?? [];
  if (names.length === 0 || names.some((name) => typeof name !== 'string')) {
    reader.error('ErrorEquals', 'must have the names of errors');
  }
  return names.filter((name) => typeof name === 'string');
}

function checkOrder(reader: Reader, field: string, all: readonly { readonly errorEquals: readonly string[] }[]): void {
  all.forEach(({ errorEquals }, index) => {
    if (errorEquals.includes('States.ALL') && (errorEquals.length > 1 || index < all.length - 1)) {
      reader.error(`${field}[${index}]`, 'has States.ALL, which must stand alone, and last');
    }
  });
}
