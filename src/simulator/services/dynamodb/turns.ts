/** Lets work be done side by side, or alone. */
export class Turns {
  private readonly open = new Set<Promise<unknown>>();
  private alone: Promise<unknown> | undefined;

  /** Does work beside other work, but not beside what is to be alone. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.alone) await this.alone;
    const done = work();
    const ended = done.catch(() => undefined).then(() => void this.open.delete(ended));
    this.open.add(ended);
    return done;
  }

  /** Does work when no other is done. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    while (this.alone) await this.alone;
    const done = Promise.all(this.open).then(work);
    const ended = done.catch(() => undefined);
    this.alone = ended.then(() => {
      this.alone = undefined;
    });
    return done;
  }
}
