import { expect, it } from 'vitest';
import { clean } from '../../../src/human-approval/runtime/text';

it.each([
  ['marks of direction', 'a\u202eb\u061cc\u200fd', 'abcd'],
  ['spaces without width', 'a\u200bb\ufeffc\u2060d', 'abcd'],
  ['soft hyphens', 'a\u00adb', 'ab'],
  ['tags', 'a\u{e0041}b', 'ab'],
  ['annotations', 'a\ufff9b\ufffac\ufffbd', 'abcd'],
  ['controls', 'a\u0000b\u001bc\u0085d', 'abcd'],
])('%s are taken out of a text', (_, text, expected) => {
  expect(clean(text)).toBe(expected);
});

it.each([
  ['lines', 'a\n\tb'],
  ['emoji that are joined', '👩‍💻 ❤️'],
  ['letters that are kept apart', 'می\u200cخواهم'],
  ['signs before Arabic numbers, which are seen', '\u0600١٢'],
])('%s stay', (_, text) => {
  expect(clean(text)).toBe(text);
});
