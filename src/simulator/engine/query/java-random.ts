const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** Java's random numbers, which AWS makes of a seed: the linear congruential generator of `java.util.Random`. */
export class JavaRandom {
  private state: bigint;

  constructor(seed: number) {
    this.state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  }

  /** A number from 0 to 1 (1 excluded). */
  public nextDouble(): number {
    return (this.next(26) * 2 ** 27 + this.next(27)) / 2 ** 53;
  }

  /** An integer from 0 to a bound (excluded). */
  public nextInt(bound: number): number {
    const isPowerOfTwo = (bound & -bound) === bound;
    if (isPowerOfTwo) {
      return Number((BigInt(bound) * BigInt(this.next(31))) >> 31n);
    }
    for (;;) {
      const bits = this.next(31);
      const value = bits % bound;
      // Those above the last whole multiple of the bound would make some values likelier than others.
      if (bits - value + (bound - 1) < 2 ** 31) {
        return value;
      }
    }
  }

  private next(bits: number): number {
    this.state = (this.state * MULTIPLIER + 0xbn) & MASK;
    return Number(this.state >> BigInt(48 - bits));
  }
}
