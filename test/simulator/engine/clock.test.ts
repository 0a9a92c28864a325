import { describe, expect, test } from 'vitest';
import { Clock } from '../../../src/simulator/engine';
import { begin, LAMBDA, succeed, types } from './run';

/** A promise that is resolved from outside. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve: (value: T) => resolve(value) };
}

describe('Clock', () => {
  test('fires timers in order of their time, and those of one instant in the order in which they were set', async () => {
    const clock = new Clock(0);
    const fired: string[] = [];
    clock.schedule(20, () => fired.push(`late at ${clock.now()}`));
    clock.schedule(10, () => fired.push(`first at ${clock.now()}`));
    clock.schedule(10, () => fired.push(`second at ${clock.now()}`));
    await clock.advance(20);
    expect(fired).toEqual(['first at 10', 'second at 10', 'late at 20']);
  });

  test.each([-1, Number.NaN])('refuses a timer in %d milliseconds', (ms) => {
    expect(() => new Clock(0).schedule(ms, () => undefined)).toThrow(
      `Clock.schedule: ${ms} is not an amount of milliseconds`,
    );
  });

  test('lets time pass while open work only waits, and stands still again when the wait is over', async () => {
    const clock = new Clock(0);
    const work = deferred<void>();
    const seen: number[] = [];
    clock.track(
      (async () => {
        await clock.suspend((resume) => void clock.schedule(10, resume));
        seen.push(clock.now());
        await work.promise;
        seen.push(clock.now());
      })(),
    );
    clock.schedule(20, () => seen.push(clock.now()));
    const passed = clock.advance(30);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toEqual([10]);
    work.resolve();
    await passed;
    expect(seen).toEqual([10, 10, 20]);
  });

  test('waits for open work before it says that nothing is left', async () => {
    const clock = new Clock(0);
    const work = deferred<void>();
    let done = false;
    clock.track(
      work.promise.then(() => {
        done = true;
      }),
    );
    setTimeout(() => work.resolve(), 5);
    await clock.runUntil(() => done);
    await expect(clock.runUntil(() => false)).rejects.toThrow('Nothing is left that could happen');
  });

  test('keeps its order among thousands of timers, many of them cancelled', async () => {
    const clock = new Clock(0);
    const fired: number[] = [];
    const times = Array.from({ length: 3_000 }, (_, index) => (index * 7919) % 3_001);
    const cancels = times.map((time) => clock.schedule(time, () => fired.push(time)));
    cancels
      .filter((_, index) => index % 3 !== 0)
      .forEach((cancel) => {
        cancel();
      });
    await clock.advance(4_000);
    expect(fired).toEqual(times.filter((_, index) => index % 3 === 0).sort((a, b) => a - b));
  });

  test('does not fire a timer that another one of the same instant has cancelled', async () => {
    const clock = new Clock(0);
    const fired: string[] = [];
    clock.schedule(10, () => {
      fired.push('first');
      cancel();
    });
    const cancel = clock.schedule(10, () => fired.push('second'));
    await clock.advance(10);
    expect(fired).toEqual(['first']);
  });

  test('settles at each instant before it moves on', async () => {
    const clock = new Clock(0);
    const seen: number[] = [];
    clock.schedule(
      10,
      () => void clock.track(Promise.resolve().then(() => void clock.schedule(5, () => seen.push(clock.now())))),
    );
    clock.schedule(30, () => seen.push(clock.now()));
    await clock.advance(40);
    expect(seen).toEqual([15, 30]);
    expect(clock.now()).toBe(40);
  });

  test('stands still while real work is open', async () => {
    const clock = new Clock(0);
    const work = deferred<void>();
    void clock.track(work.promise);
    let arrived = false;
    const advanced = clock.advance(10).then(() => {
      arrived = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([arrived, clock.now()]).toEqual([false, 0]);
    work.resolve();
    await advanced;
    expect(clock.now()).toBe(10);
  });

  test('may be asked to settle by what runs in its turn', async () => {
    const clock = new Clock(0);
    const seen: string[] = [];
    clock.enqueue(() => {
      void clock.settle().then(() => seen.push('settled'));
      clock.enqueue(() => seen.push('later'));
    });
    await clock.settle();
    await Promise.resolve();
    expect(seen).toEqual(['later', 'settled']);
  });

  test('throws, to who waits for it, what went wrong in what ran in its turn, and runs the rest', async () => {
    const clock = new Clock(0);
    const seen: string[] = [];
    clock.enqueue(() => {
      throw new Error('broken');
    });
    clock.enqueue(() => seen.push('rest'));
    await expect(clock.settle()).rejects.toThrow('broken');
    expect(seen).toEqual(['rest']);
  });

  test('fails to run until something that can never happen', async () => {
    await expect(new Clock(0).runUntil(() => false)).rejects.toThrow('Nothing is left that could happen');
  });

  test('gives the same history however fast the handlers are', async () => {
    const definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: ['A', 'B'].map((name) => ({
            StartAt: name,
            States: {
              [name]: { Type: 'Task', Resource: LAMBDA, Next: `${name}2` },
              [`${name}2`]: { Type: 'Pass', End: true },
            },
          })),
          End: true,
        },
      },
    };
    const histories = [];
    for (const first of ['A', 'B']) {
      const work = { A: deferred<void>(), B: deferred<void>() };
      const { execution, clock } = begin(definition, {
        answer: async ({ stateName }) => {
          await work[stateName as 'A' | 'B'].promise;
          return succeed(stateName);
        },
      });
      const settled = clock.settle();
      work[first as 'A' | 'B'].resolve();
      await new Promise((resolve) => setImmediate(resolve));
      work[first === 'A' ? 'B' : 'A'].resolve();
      await settled;
      expect(types(execution).at(-1)).toBe('ExecutionSucceeded');
      histories.push(JSON.stringify(execution.history));
    }
    expect(histories[0]).toBe(histories[1]);
  });

  test('lets real work wait for an execution that it has begun', async () => {
    const clock = new Clock(0);
    const task = { StartAt: 'T', States: { T: { Type: 'Task', Resource: LAMBDA, End: true } } };
    const { execution } = begin(task, {
      clock,
      answer: async () => {
        const inner = begin(task, { clock, answer: async () => succeed('from inside') });
        await new Promise<void>((resolve) => inner.execution.whenEnded(resolve));
        return succeed(inner.execution.output ?? null);
      },
    });
    await clock.runUntil(() => execution.status !== 'RUNNING');
    expect(execution.output).toBe('from inside');
  });
});
