import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DocumentedCase, outcomeOf } from './documented-case';

const FOLDER = join(__dirname, 'cases');
const cases = readdirSync(FOLDER)
  .sort()
  .map((file): [string, DocumentedCase] => [
    file.replace(/\.json$/, ''),
    JSON.parse(readFileSync(join(FOLDER, file), 'utf8')),
  ]);

describe('as AWS documents it', () => {
  test.each(cases)('%s', async (_, given) => {
    expect(given.source).toMatch(
      /^https:\/\/docs\.aws\.amazon\.com\/step-functions\/latest\/(dg|apireference)\/[\w-]+\.html(#[\w-]+)?$/,
    );
    expect(await outcomeOf(given)).toEqual(given.expect);
  });

  test('no two cases state the same rule', () => {
    const rules = cases.map(([, { rule }]) => rule);
    expect(new Set(rules).size).toBe(rules.length);
  });
});
