/** What became of real work. */
export type Settled<T> = { readonly value: T } | { readonly reason: unknown };

/** Pieces of work, how to go on from each in the order in which they were begun, and how many are still open. */
interface Group {
  readonly resumes: (() => void)[];
  begun: number;
  open: number;
}

/**
 * The real work that the engine waits for, in groups: what was begun in one go is resumed in one go. A group that is
 * begun while others are open is inside them: it is resumed first, so that what it belongs to may wait for it.
 */
export class RealWork {
  private readonly groups: Group[] = [];
  private group = emptyGroup();

  /** Notes that work is begun, together with others or alone; the function that this returns notes that it is done. */
  public begin(together: boolean): (resume: () => void) => void {
    const group = together ? this.group : emptyGroup();
    if (!together) {
      this.groups.push(group);
    }
    const index = group.begun++;
    group.open++;
    return (resume) => {
      group.resumes[index] = resume;
      group.open--;
    };
  }

  /** Ends the group of what is begun together. */
  public closeGroup(): void {
    if (this.group.begun > 0) {
      this.groups.push(this.group);
      this.group = emptyGroup();
    }
  }

  /** Takes out the innermost group, if all of it is done: how to go on, in the order in which it was begun. */
  public takeSettled(): (() => void)[] | undefined {
    return this.groups.at(-1)?.open === 0 ? this.groups.pop()?.resumes : undefined;
  }
}

function emptyGroup(): Group {
  return { resumes: [], begun: 0, open: 0 };
}
