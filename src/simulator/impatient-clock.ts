import type { Clock } from './engine';

/**
 * The same clock for an execution that has to end before time passes: whoever runs it holds time still until it has.
 *
 * @param onWait called when the execution waits for time to pass
 */
export function impatientClock(clock: Clock, onWait: () => void): Clock {
  // The first thing that an execution waits for is its own timeout.
  let isRunning = false;
  const schedule: Clock['schedule'] = (ms, fire) => {
    if (isRunning && ms > 0) onWait();
    isRunning = true;
    return clock.schedule(ms, fire);
  };
  return new Proxy(clock, {
    get: (target, name) => {
      const value = name === 'schedule' ? schedule : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
