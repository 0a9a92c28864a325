import { WorkflowError } from '../errors';
import type { Json, JsonObject } from '../json';
import { csvItems } from './csv';
import type { ItemFormat } from './distributed';
import { hasItems } from './item-list';

/** The items in the text of an object; throws a SyntaxError if it isn't of its format, a WorkflowError if it has none. */
export function itemsIn(
  text: string,
  format: Exclude<ItemFormat, { type: 'MANIFEST' }>,
  most: number,
): Json[] | JsonObject {
  switch (format.type) {
    case 'CSV':
      return csvItems(text, format, most);
    case 'JSONL':
      return linesOf(text, most);
    case 'JSON':
      return collectionIn(JSON.parse(text) as Json, format.pointer);
  }
}

function linesOf(text: string, most: number): Json[] {
  const items: Json[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (items.length >= most) {
      break;
    }
    if (line.trim() !== '') {
      items.push(JSON.parse(line) as Json);
    }
  }
  return items;
}

/** What a JSON text holds at a JSON pointer. */
function collectionIn(json: Json, pointer = ''): Json[] | JsonObject {
  let value: Json | undefined = json;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replace(/~1/g, '/').replace(/~0/g, '~');
    value = hasItems(value) && Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
  }
  if (!hasItems(value)) {
    throw new WorkflowError(
      'States.ItemReaderFailed',
      value === undefined
        ? 'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.'
        : 'Attempting to map over non-iterable node.',
    );
  }
  return value;
}
