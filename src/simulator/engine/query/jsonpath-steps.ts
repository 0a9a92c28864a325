import type { Json } from '../json';

/** One step of a path: what it finds in a value, put into `into`. */
export type Step = (value: Json, into: Json[]) => void;

/** The property of an object. */
export function property(name: string): Step {
  return (value, into) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, name)) {
      into.push(value[name]);
    }
  };
}

/** Several names at once give one object that has those of them which are there. */
export function properties(names: readonly string[]): Step {
  return (value, into) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      into.push(
        Object.fromEntries(names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]])),
      );
    }
  };
}

/** The element of an array; a negative index counts from its end. */
export function element(index: number): Step {
  return (value, into) => {
    if (Array.isArray(value)) {
      const found = value[index < 0 ? value.length + index : index];
      if (found !== undefined) {
        into.push(found);
      }
    }
  };
}

/** Several elements of an array. */
export function elements(indexes: readonly number[]): Step {
  const steps = indexes.map(element);
  return (value, into) => {
    for (const step of steps) {
      step(value, into);
    }
  };
}

/** A part of an array. */
export function slices(from?: string, to?: string, by?: string): Step {
  const step = by === undefined ? 1 : Math.max(1, Number(by));
  return (value, into) => {
    if (Array.isArray(value)) {
      value
        .slice(from === undefined ? 0 : Number(from), to === undefined ? undefined : Number(to))
        .filter((_, index) => index % step === 0)
        .forEach((found) => {
          into.push(found);
        });
    }
  };
}

/** All that a value holds. */
export const every: Step = (value, into) => {
  pushAll(into, children(value));
};

/** A value and all that it holds, at any depth. */
export const descend: Step = (value, into) => {
  into.push(value);
  for (const child of children(value)) {
    descend(child, into);
  }
};

/** The elements of an array that pass a test. */
export function filter(test: (value: Json) => boolean): Step {
  return (value, into) => {
    // Applied to an object, a filter is about the object itself.
    const candidates = Array.isArray(value) ? value : value !== null && typeof value === 'object' ? [value] : [];
    pushAll(into, candidates.filter(test));
  };
}

/** There may be more of them than a function takes arguments. */
function pushAll(into: Json[], values: readonly Json[]): void {
  for (const value of values) {
    into.push(value);
  }
}

function children(value: Json): Json[] {
  return value !== null && typeof value === 'object' ? Object.values(value) : [];
}
