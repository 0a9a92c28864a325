import { describe, expect, test } from 'vitest';
import type { FieldConfig } from '../../../src/contact-form/constants';
import type { Refusal } from '../../../src/contact-form/runtime/refusal';
import { validate } from '../../../src/contact-form/runtime/validate';

const field = (change: Partial<FieldConfig>): FieldConfig => ({
  ...{ name: 'field', kind: 'text', label: 'Field', required: false, maxLength: 5 },
  ...change,
});

/** What is kept of a value, or what is wrong with it. */
const judged = (value: unknown, change: Partial<FieldConfig>) => {
  try {
    return validate(new Map([['field', value]]), [field(change)], []);
  } catch (error) {
    return (error as Refusal).problems;
  }
};

describe('a box', () => {
  const box = { kind: 'checkbox', required: true } as const;

  test.each([true, 'on', 'yes'])('is ticked by %j, and kept as yes', (value) => {
    expect(judged(value, box)).toEqual({ field: 'yes' });
  });

  test.each([false, ''])('is not ticked by %j', (value) => {
    expect(judged(value, box)).toEqual({ field: 'required' });
    expect(judged(value, { ...box, required: false })).toEqual({});
  });

  test.each(['true', 'no', 'YES', 1, null, [true]])('fails for %j', (value) => {
    expect(judged(value, box)).toEqual({ field: 'invalid' });
  });
});

test.each(['Sales', 'x', 'something that is longer than each of the choices'])(
  'a choice is one of those that there are, or invalid, however long it is: %s',
  (value) => {
    const known = value === 'Sales' ? { field: 'Sales' } : { field: 'invalid' };
    expect(judged(value, { kind: 'choice', options: ['Sales'] })).toEqual(known);
  },
);

test.each(['text', 'multiline', 'email', 'choice'] as const)('fails for a %s that is no text', (kind) => {
  for (const value of [17, true, null, [], {}]) {
    expect(judged(value, { kind, options: ['Sales'] })).toEqual({ field: 'invalid' });
  }
});

test('fails for a name that no field has, and does not say which', () => {
  const other = new Map<string, unknown>([['<other>', 'x']]);
  expect(() => validate(other, [field({})], [])).toThrow(expect.objectContaining({ status: 400, problems: undefined }));
  expect(() => validate(other, [field({})], [])).not.toThrow(/other/);
});
