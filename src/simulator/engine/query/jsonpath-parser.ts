import { parseFilter } from './jsonpath-filter';
import { descend, element, elements, every, filter, properties, property, type Step, slices } from './jsonpath-steps';
import { bracketContent, quotedNames } from './jsonpath-text';

/** A part of a path: what it finds, whether that is one place, and how AWS's messages write it. */
export interface Segment {
  readonly step: Step;
  readonly definite: boolean;
  /** Whether nothing may come after it. */
  readonly isLeaf?: boolean;
  readonly text: string;
}

/** Parses a path into its segments; throws an Error that says what is wrong with it. */
export class PathParser {
  private at = 1;

  constructor(private readonly text: string) {
    if (text[0] !== '$' && text[0] !== '@') {
      throw new Error(`'${text}' is not a path: a path begins with $`);
    }
  }

  public segments(): Segment[] {
    const segments: Segment[] = [];
    while (this.at < this.text.length) {
      segments.push(...this.segment());
    }
    return segments;
  }

  private segment(): Segment[] {
    if (this.text.startsWith('..', this.at)) {
      this.at += 2;
      const deep: Segment = { step: descend, definite: false, text: '..' };
      return [deep, this.text[this.at] === '[' ? this.bracket() : this.name()];
    }
    const isDotted = this.text[this.at] === '.';
    if (isDotted) {
      this.at++;
    }
    // A dot may stand before a bracket too.
    if (this.text[this.at] === '[') {
      return [this.bracket()];
    }
    if (isDotted) {
      return [this.name()];
    }
    throw this.wrong();
  }

  private name(): Segment {
    if (this.text[this.at] === '*') {
      this.at++;
      return { step: every, definite: false, text: '[*]' };
    }
    const name = /^[^.[\]()*@,:?'"\s]+/.exec(this.text.slice(this.at))?.[0];
    if (name === undefined || this.text[this.at + name.length] === '(') {
      throw this.wrong();
    }
    this.at += name.length;
    return { step: property(name), definite: true, text: `['${name}']` };
  }

  private bracket(): Segment {
    const inner = bracketContent(this.text, this.at);
    if (inner === undefined) {
      throw this.wrong();
    }
    this.at += inner.length + 2;
    const content = inner.trim();
    const text = `[${content}]`;
    if (content === '*') {
      return { step: every, definite: false, text };
    }
    if (content.startsWith('?')) {
      return { step: filter(parseFilter(content.slice(1).trim())), definite: false, text };
    }
    return this.subscript(content, text);
  }

  private subscript(content: string, text: string): Segment {
    const names = quotedNames(content);
    if (names) {
      return names.length === 1
        ? { step: property(names[0]), definite: true, text: `['${names[0]}']` }
        : { step: properties(names), definite: true, isLeaf: true, text };
    }
    if (/^-?\d+$/.test(content)) {
      return { step: element(Number(content)), definite: true, text };
    }
    if (/^-?\d+(\s*,\s*-?\d+)+$/.test(content)) {
      return { step: elements(content.split(',').map(Number)), definite: false, text };
    }
    const slice = /^(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(\d+))?$/.exec(content);
    if (!slice) {
      throw this.wrong();
    }
    return { step: slices(slice[1], slice[2], slice[3]), definite: false, text };
  }

  private wrong(): Error {
    return new Error(`'${this.text}' is not a path that is understood, at character ${this.at + 1}`);
  }
}
