import type { Duration } from 'aws-cdk-lib';
import { SimulatorFault } from './engine';
import type { Json } from './engine/json';

/** What a mocked Task state gets for an answer. Times are virtual. */
export type MockAnswer =
  | { readonly kind: 'returned'; readonly value: Json; readonly afterMs?: number }
  | { readonly kind: 'failed'; readonly error: string; readonly cause?: string; readonly afterMs?: number }
  | { readonly kind: 'silent' };

/** Answers the attempts of one mocked state, one after the other. */
export type Answerer = (request: Json) => Promise<MockAnswer>;

/** What a Task state does instead of its real work. Permissions are judged all the same, where they can be. */
export abstract class Mock {
  /**
   * Answers with a value: for a Lambda task, what the function returns; for any other, the response of the API.
   */
  public static returns(value: unknown): Mock {
    const returned = { kind: 'returned', value: json(value, 'Mock.returns') } as const;
    return new AnswerMock(async () => returned);
  }

  /** Fails with an error of this name. */
  public static fails(error: string, cause = `mocked: ${error}`): Mock {
    return new AnswerMock(async () => ({ kind: 'failed', error, cause }));
  }

  /** Never answers, so that the state ends by its timeout. */
  public static timesOut(): Mock {
    return new AnswerMock(async () => ({ kind: 'silent' }));
  }

  /**
   * Answers each attempt in turn, and any further one as the last. It counts from when `sim.mock` was called, over all
   * the runs of that simulator; a mock that is set twice, or in two simulators, counts twice.
   */
  public static sequence(first: Mock, ...rest: Mock[]): Mock {
    return new SequenceMock([first, ...rest]);
  }

  /**
   * Answers with what a function makes of the request: the payload of a Lambda task, the arguments of any other. The
   * function may be async. What it throws is the task's error, as if a handler threw it.
   */
  public static calls(answer: (request: Json) => unknown): Mock {
    return new AnswerMock((request) => called(answer, request));
  }

  /** The same answer, after some virtual time. */
  public after(delay: Duration): Mock {
    return new DelayedMock(this, delay.toMilliseconds());
  }

  /** Begins to answer for a state: what is counted is counted from here. */
  abstract begin(): Answerer;
}

class AnswerMock extends Mock {
  constructor(private readonly answer: Answerer) {
    super();
  }

  begin(): Answerer {
    return this.answer;
  }
}

class SequenceMock extends Mock {
  constructor(private readonly mocks: readonly Mock[]) {
    super();
  }

  begin(): Answerer {
    const answers = this.mocks.map((mock) => mock.begin());
    let next = 0;
    return (request) => {
      const answer = answers[Math.min(next, answers.length - 1)];
      next += 1;
      return answer(request);
    };
  }
}

class DelayedMock extends Mock {
  constructor(
    private readonly mock: Mock,
    private readonly delayMs: number,
  ) {
    super();
  }

  begin(): Answerer {
    const undelayed = this.mock.begin();
    return async (request) => {
      const answer = await undelayed(request);
      return answer.kind === 'silent' ? answer : { ...answer, afterMs: (answer.afterMs ?? 0) + this.delayMs };
    };
  }
}

async function called(answer: (request: Json) => unknown, request: Json): Promise<MockAnswer> {
  let value: unknown;
  try {
    value = await answer(request);
  } catch (error) {
    const errorType = error instanceof Error ? error.name : typeof error;
    const errorMessage = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', error: errorType, cause: JSON.stringify({ errorType, errorMessage }) };
  }
  return { kind: 'returned', value: json(value, 'The function of Mock.calls') };
}

/** A value as it looks after a journey as JSON, which is what a state would see. */
function json(value: unknown, whose: string): Json {
  if (value === undefined) return null;
  if (value instanceof Promise) throw new SimulatorFault(`${whose} got a promise: use Mock.calls(async () => …)`);
  const text = JSON.stringify(value);
  if (text === undefined) throw new SimulatorFault(`${whose} gives what is not JSON: ${String(value)}`);
  return JSON.parse(text);
}
