import { SimulatorFault } from '../../engine/fault';

/** The variables of a path, by name. */
export type PathParameters = { readonly [name: string]: string };

/** What a path of an API is matched with, e.g. `/orders/{id}` or `/files/{path+}`. */
export class PathTemplate {
  private readonly segments: readonly string[];

  constructor(readonly text: string) {
    this.segments = segmentsOf(text);
  }

  /** The variables of a path that it matches; undefined where it doesn't match. */
  match(path: string): PathParameters | undefined {
    const given = segmentsOf(path);
    const greedy = isGreedy(this.segments.at(-1));
    if (greedy ? given.length < this.segments.length : given.length !== this.segments.length) return undefined;
    const parameters: { [name: string]: string } = {};
    for (const [index, segment] of this.segments.entries()) {
      const name = /^\{(.+?)\+?\}$/.exec(segment)?.[1];
      if (name === undefined) {
        if (segment !== given[index]) return undefined;
        continue;
      }
      parameters[name] = isGreedy(segment) ? given.slice(index).join('/') : given[index];
      if (parameters[name].includes('%')) {
        throw new SimulatorFault(`The path ${path}: the percent-encoded variable {${name}} is not supported`);
      }
    }
    return parameters;
  }

  /** Orders templates: what says more comes first, a fixed segment before a variable, a greedy one last. */
  compare(other: PathTemplate): number {
    const ranks = this.ranks();
    const others = other.ranks();
    for (let at = 0; at < Math.max(ranks.length, others.length); at++) {
      const difference = (ranks[at] ?? 3) - (others[at] ?? 3);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private ranks(): number[] {
    return this.segments.map((segment) => (isGreedy(segment) ? 2 : segment.startsWith('{') ? 1 : 0));
  }
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}

function isGreedy(segment: string | undefined): boolean {
  return segment?.endsWith('+}') ?? false;
}
