/**
 * Puts a worker thread on virtual time: `Date` starts at the time that is set, and ticks on with real time.
 * Runs there from its source text: it uses nothing outside.
 */
export function useVirtualClock(): (now: number) => void {
  const RealDate = Date;
  const realNow = Date.now;
  let offset = 0;
  const now = (): number => realNow() + offset;
  RealDate.now = now;
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.prototype.constructor = VirtualDate;
  globalThis.Date = VirtualDate;
  return (time) => {
    offset = time - realNow();
  };
}
