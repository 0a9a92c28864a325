/** What HTML reads as its own, and what stands for it; the ampersand is first, as the others bring one along. */
export const HTML_ENTITIES: readonly (readonly [character: string, entity: string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
];

/** A text as HTML, also within a quoted attribute. */
export function escapeHtml(text: string): string {
  return HTML_ENTITIES.reduce((html, [character, entity]) => html.replaceAll(character, entity), text);
}
