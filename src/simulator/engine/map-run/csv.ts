import { WorkflowError } from '../errors';
import type { Json } from '../json';
import type { CsvFormat } from './distributed';

/**
 * The rows of a text delimited file as objects, each column's name with its text; at most so many. Throws a WorkflowError
 * where two columns have one name.
 */
export function csvItems(text: string, { delimiter, headers }: CsvFormat, most: number): Json[] {
  const rows = new RowReader(text, delimiter);
  const names = headers ?? rows.next() ?? [];
  if (new Set(names).size < names.length) {
    throw new WorkflowError('States.ItemReaderFailed', 'CSV headers cannot contain duplicates.');
  }
  const items: Json[] = [];
  while (items.length < most) {
    const row = rows.next();
    if (!row) {
      break;
    }
    // What the row lacks is empty; what it has too much of is left out.
    items.push(Object.fromEntries(names.map((name, column) => [name, row[column] ?? ''])));
  }
  return items;
}

/** Reads a text delimited file, row by row. */
class RowReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly delimiter: string,
  ) {}

  /** The next row that isn't empty; undefined at the end. */
  public next(): string[] | undefined {
    while (this.at < this.text.length) {
      const row = this.row();
      if (row.length > 1 || row[0] !== '') {
        return row;
      }
    }
    return undefined;
  }

  private row(): string[] {
    const row: string[] = [];
    for (;;) {
      row.push(this.field());
      const end = this.text[this.at++];
      if (end !== this.delimiter) {
        if (end === '\r' && this.text[this.at] === '\n') {
          this.at++;
        }
        return row;
      }
    }
  }

  private field(): string {
    let field = '';
    let quoted = false;
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      const next = this.text[this.at + 1];
      if (char === '\\') {
        // It escapes itself, quotes and delimiters; before anything else it is dropped.
        if (next === '\\' || next === '"' || next === this.delimiter) {
          field += next;
          this.at++;
        }
      } else if (char === '"' && quoted && next === '"') {
        field += char;
        this.at++;
      } else if (char === '"') {
        quoted = !quoted;
      } else if (!quoted && (char === this.delimiter || char === '\n' || char === '\r')) {
        break;
      } else {
        field += char;
      }
    }
    return field;
  }
}
