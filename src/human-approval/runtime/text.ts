/**
 * Characters that can make a text look like another one: controls, those that turn its direction, and those that nobody
 * sees, but the two that join and part letters, and hold emoji together.
 */
const DECEPTIVE = /(?![\n\t])\p{Cc}|(?![\u200c\u200d])(?=\p{Cf})\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu;

/** A text of somebody else's, fit to be shown. */
export function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(DECEPTIVE, '');
}

/** The same in one line. */
export function line(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** At most so many characters, with a sign where there were more. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** `2026-01-03 14:05 UTC` */
export function instant(when: string | number): string {
  const iso = new Date(typeof when === 'number' ? when * 1000 : when).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
