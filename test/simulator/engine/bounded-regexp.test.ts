import { describe, expect, test } from 'vitest';
import { BoundedRegExp } from '../../../src/simulator/engine/query/bounded-regexp';

const LONG = 'a'.repeat(60);

describe('BoundedRegExp', () => {
  test.each([
    ['a short text, of what repeats', /(b+)c*/g, 'abbc'],
    ['a long text, of what repeats', /(b+)c*/g, `${LONG}bbc`],
    ['a long text, of what does not repeat', /(b)/g, `${LONG}b`],
  ])('finds each match in %s', (_, expression, text) => {
    const bounded = new BoundedRegExp(expression);
    const match = bounded.exec(text);
    expect([match?.[1][0], match?.index, bounded.lastIndex]).toEqual(['b', text.indexOf('b'), text.length]);
    expect(bounded.exec(text)).toBeNull();
    expect(bounded.lastIndex).toBe(0);
  });

  test('begins where it is told', () => {
    const bounded = new BoundedRegExp(/b/g);
    bounded.lastIndex = 2;
    expect(bounded.exec('ab')).toBeNull();
  });

  test('leaves the expression alone that it is made of', () => {
    const expression = /b/g;
    new BoundedRegExp(expression).exec('ab');
    expect(expression.lastIndex).toBe(0);
  });

  test('fails where a search backtracks without end', () => {
    expect(() => new BoundedRegExp(/(a+)+b/).exec(LONG)).toThrow('The regular expression /(a+)+b/ takes too long');
  });
});
