/** How many items may fail before a fan-out does. */
export class Tolerance {
  /**
   * So many items may fail.
   *
   * @param items a whole number, 0 or more
   */
  public static count(items: number): Tolerance {
    if (!Number.isInteger(items) || items < 0) throw new Error(`Tolerance.count(${items}): give a whole number from 0`);
    return new Tolerance(items, undefined);
  }

  /**
   * So many items in a hundred may fail.
   *
   * @param percent from 0 to 100
   */
  public static percentage(percent: number): Tolerance {
    if (!(percent >= 0 && percent <= 100))
      throw new Error(`Tolerance.percentage(${percent}): give a number from 0 to 100`);
    return new Tolerance(undefined, percent);
  }

  /**
   * Both limits hold: it fails as soon as one of them is passed.
   *
   * @param items a whole number, 0 or more
   * @param percent from 0 to 100
   */
  public static countAndPercentage(items: number, percent: number): Tolerance {
    return new Tolerance(Tolerance.count(items).items, Tolerance.percentage(percent).percent);
  }

  private constructor(
    /** How many items may fail, if it is a number. */
    public readonly items?: number,
    /** How many items in a hundred may fail, if it is a part. */
    public readonly percent?: number,
  ) {}
}
