import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDefinition, type ExecutionType } from '../../../src/simulator/engine';

/** What is found in a definition: each finding's code, location and message. */
interface CheckedDefinition {
  readonly rule: string;
  readonly type?: ExecutionType;
  readonly definition: unknown;
  readonly expect: readonly string[];
}

const cases = (JSON.parse(readFileSync(join(__dirname, 'definitions.json'), 'utf8')) as CheckedDefinition[]).map(
  (given): [string, CheckedDefinition] => [given.rule, given],
);

describe('checkDefinition', () => {
  test.each(cases)('%s', (_, { definition, type, expect: expected }) => {
    const found = checkDefinition(definition, type).map(
      ({ code, location, message }) => `${code} ${location} ${message}`,
    );
    expect(found).toEqual(expected);
  });
});
