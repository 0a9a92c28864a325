const COLUMNS = 80;

/** A piece of a line. */
export interface Cell {
  readonly text: string;
  /** How many columns it takes; as many as its text where it says nothing. */
  readonly width?: number;
  /** Whether it is good or bad, which its color says. */
  readonly good?: boolean;
}

/** A line of at most 80 columns. Its last cell has what the others leave it: of the one before it, all but its text. */
export function textLine(cells: readonly Cell[], color: boolean): string {
  const last = cells[cells.length - 1]?.text.length ?? 0;
  let rest = COLUMNS;
  return cells
    .map((cell, index) => {
      const shown =
        index === cells.length - 1 ? cut(cell.text, rest) : column(cell, rest - last, index === cells.length - 2);
      rest -= shown.length;
      return color && cell.good !== undefined ? `\x1b[${cell.good ? 32 : 31}m${shown}\x1b[0m` : shown;
    })
    .join('')
    .trimEnd();
}

/** A text as lines that fit beside an indent. */
export function wrapped(text: string, indent: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= COLUMNS - indent) lines[lines.length - 1] += ` ${word}`;
    else lines.push(...(word.match(new RegExp(`.{1,${COLUMNS - indent}}`, 'g')) ?? []));
  }
  return lines.map((line) => ' '.repeat(indent) + line);
}

/** A text in its column, with a space to the next. It gives way as far as its text lets it, where the last cell is long. */
function column({ text, width = text.length }: Cell, left: number, givesWay: boolean): string {
  const shown = cut(text, text.length > width ? width - 1 : width);
  return shown.padEnd(givesWay ? Math.min(width, Math.max(left, shown.length + 2)) : width);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 2)}..` : text;
}
