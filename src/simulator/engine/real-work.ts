/** What became of real work. */
export type Settled<T> = { readonly value: T } | { readonly reason: unknown };

interface Piece {
  /** How to go on, once the work is done. */
  resume?: () => void;
}

/**
 * The real work that the engine waits for, in groups: what was begun in one go is resumed in one go. A group that is
 * begun while others are open is inside them: it is resumed first, so that what it belongs to may wait for it.
 */
export class RealWork {
  private readonly groups: Piece[][] = [];
  private group: Piece[] = [];

  /** Notes that work is begun, together with others or alone; the function that this returns notes that it is done. */
  public begin(together: boolean): (resume: () => void) => void {
    const piece: Piece = {};
    if (together) {
      this.group.push(piece);
    } else {
      this.groups.push([piece]);
    }
    return (resume) => {
      piece.resume = resume;
    };
  }

  /** Ends the group of what is begun together. */
  public closeGroup(): void {
    if (this.group.length > 0) {
      this.groups.push(this.group);
      this.group = [];
    }
  }

  /** Takes out the innermost group, if all of it is done: how to go on, in the order in which it was begun. */
  public takeSettled(): (() => void)[] | undefined {
    const resumes = this.groups.at(-1)?.map(({ resume }) => resume);
    if (!resumes?.every((resume) => resume !== undefined)) {
      return undefined;
    }
    this.groups.pop();
    return resumes;
  }
}
