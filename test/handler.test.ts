import { describe, expect, it } from 'vitest';
import { executionName } from '../src/handler';

describe('the name of an execution for a business key', () => {
  it('follows from the key alone', () => {
    expect(executionName('order', '4711')).toBe(executionName('order', '4711'));
    expect(executionName('order', '4711')).toBe('62018d2e9a4f467ee6dfedf9c98dc9ed901eedb4a679988af17e531d1ac8a543');
  });

  it.each([[['order', '4712']], [['4711', 'order']], [['order4711']], [['order', '47', '11']], [['order","4711']]])(
    'is another one for %j',
    (key) => {
      expect(executionName(...key)).not.toBe(executionName('order', '4711'));
    },
  );

  it.each(['4711', 'ä/ö: ü?', '\u0000', 'x'.repeat(10_000)])('is one that AWS and its logs take, of %j', (key) => {
    expect(executionName(key)).toMatch(/^[0-9a-zA-Z_-]{1,80}$/);
  });

  it.each([[[]], [['']], [['order', '']], [[4711 as unknown as string]], [[undefined as unknown as string]]])(
    'fails of %j',
    (key) => {
      expect(() => executionName(...key)).toThrow('is no business key; give texts that are not empty');
    },
  );
});
