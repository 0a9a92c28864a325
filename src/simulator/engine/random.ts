/** A source of numbers from 0 to 1 (1 excluded). */
export type Random = () => number;

const UUID = 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx';
const HEX = '0123456789abcdef';

/** A version 4 UUID made of random numbers. */
export function uuid(random: Random): string {
  let text = '';
  for (const place of UUID) {
    if (place === 'x' || place === 'y') {
      const digit = Math.floor(random() * 16);
      text += HEX[place === 'x' ? digit : (digit & 3) | 8];
    } else {
      text += place;
    }
  }
  return text;
}

/** A source of random numbers that depends on its seed alone (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = (seed | 0) ^ Math.floor((seed % 1) * 0x1_0000_0000);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
