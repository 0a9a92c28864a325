/** An item's attribute as DynamoDB writes it: one member, named by its type. */
export type AttributeValue = { readonly [type: string]: unknown };

/** An item as DynamoDB writes it. */
export type Item = { readonly [name: string]: AttributeValue };

/** An item as JavaScript would write it; sets are `Set`s, and binary is a `Buffer`. */
export function plainItem(item: Item): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

function plain(attribute: AttributeValue): unknown {
  const [[type, value]] = Object.entries(attribute);
  switch (type) {
    case 'N':
      return Number(value);
    case 'NULL':
      return null;
    case 'B':
      return Buffer.from(value as string, 'base64');
    case 'L':
      return (value as AttributeValue[]).map(plain);
    case 'M':
      return plainItem(value as Item);
    case 'SS':
      return new Set(value as string[]);
    case 'NS':
      return new Set((value as string[]).map(Number));
    case 'BS':
      return new Set((value as string[]).map((element) => Buffer.from(element, 'base64')));
    default:
      return value;
  }
}
