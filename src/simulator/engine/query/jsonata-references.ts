/** A node of the tree that JSONata makes of an expression. Its children are in its fields, whatever their names. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
}

/** The types of nodes that name something in what an expression is applied to. */
const CONTEXTUAL = ['name', 'wildcard', 'descendant', 'parent'];

/** The fields of a node that are applied to what the node itself has found. */
const APPLIED = ['stages', 'predicate', 'group', 'terms', 'body', 'pattern', 'update', 'delete'];

/**
 * What an expression refers to that AWS doesn't offer: an expression is applied to nothing, so that neither `$`, `$$`
 * nor a bare name means anything, except inside, where a path, a predicate or a function says what they are about.
 */
export function unsupportedReferences(tree: unknown): string[] {
  const found = new Set<string>();
  visit(tree, false, found);
  return [...found];
}

/** What of `$states` only some fields have. */
export type StatesMember = 'result' | 'errorOutput';

/** What an expression refers to of `$states` that is not among what its field has. */
export function missingMembers(tree: unknown, offered: readonly StatesMember[]): StatesMember[] {
  const found = new Set<StatesMember>();
  collect(tree, found);
  return [...found].filter((member) => !offered.includes(member));
}

function collect(value: unknown, found: Set<StatesMember>): void {
  if (value === null || typeof value !== 'object' || value instanceof RegExp) {
    return;
  }
  const [first, second] = (value as Node).steps ?? [];
  const isMember = second?.type === 'name' && (second.value === 'result' || second.value === 'errorOutput');
  if (first?.type === 'variable' && first.value === 'states' && isMember) {
    found.add(second.value as StatesMember);
  }
  for (const inner of Object.values(value)) {
    collect(inner, found);
  }
}

function visit(value: unknown, inside: boolean, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      visit(item, inside, found);
    }
  } else if (value !== null && typeof value === 'object' && !(value instanceof RegExp)) {
    visitNode(value as Node, inside, found);
  }
}

function visitNode(node: Node, inside: boolean, found: Set<string>): void {
  if (node.type === 'variable' && (node.value === '$' || (node.value === '' && !inside))) {
    found.add(`$${node.value}`);
  } else if (!inside && CONTEXTUAL.includes(node.type ?? '')) {
    found.add(String(node.value));
  }
  const { steps = [], ...fields } = node;
  steps.forEach((step, index) => {
    visit(step, inside || index > 0, found);
  });
  for (const [field, value] of Object.entries(fields)) {
    visit(value, inside || APPLIED.includes(field), found);
  }
}
