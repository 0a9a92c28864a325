import { expect, test } from 'vitest';
import { escapeHtml } from '../../src/web/html';

test('what HTML would read as its own stands for itself', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  );
});

test('all else is left as it is, however often it is there', () => {
  expect(escapeHtml('Ада 🙂 $1\n``')).toBe('Ада 🙂 $1\n``');
  expect(escapeHtml('<<$&>>')).toBe('&lt;&lt;$&amp;&gt;&gt;');
});
