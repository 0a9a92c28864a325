const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** A duration for people, of at most 11 characters: `1.5 s`, `1 min 5 s`, `3 h`, `7 d 12 h`. */
export function durationText(ms: number): string {
  const tenths = Math.round(ms / 100) / 10;
  if (tenths < 60) return `${tenths.toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const largest = UNITS.findIndex(([, size]) => seconds >= size);
  return UNITS.slice(largest, largest + 2)
    .map(([unit, size], index) => [Math.floor((index ? seconds % UNITS[largest][1] : seconds) / size), unit] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
