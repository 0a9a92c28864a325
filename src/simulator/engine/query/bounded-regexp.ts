import { createContext, Script } from 'node:vm';
import { runtimeProblem } from '../errors';

/** How long a regular expression may search a text, in real milliseconds: one that backtracks without end is stopped. */
const TIMEOUT_MS = 1_000;

/** A text this short is searched in no time, whatever the expression. */
const SHORT_TEXT = 20;

const search = new Script('expression.exec(text)');
const sandbox = createContext({}) as { expression?: RegExp; text?: string };

/** A regular expression of a workflow, which can't hold up the process. */
export class BoundedRegExp {
  private readonly expression: RegExp;
  /** Only what repeats can backtrack. */
  private readonly repeats: boolean;

  constructor(expression: RegExp) {
    this.expression = new RegExp(expression);
    this.repeats = /[*+{]/.test(expression.source);
  }

  public get lastIndex(): number {
    return this.expression.lastIndex;
  }

  public set lastIndex(index: number) {
    this.expression.lastIndex = index;
  }

  /** Searches a text; throws a problem of the state if that takes too long. */
  public exec(text: string): RegExpExecArray | null {
    if (!this.repeats || text.length <= SHORT_TEXT) {
      return this.expression.exec(text);
    }
    Object.assign(sandbox, { expression: this.expression, text });
    try {
      return search.runInContext(sandbox, { timeout: TIMEOUT_MS }) as RegExpExecArray | null;
    } catch {
      throw runtimeProblem(`The regular expression ${this.expression} takes too long`);
    }
  }
}
