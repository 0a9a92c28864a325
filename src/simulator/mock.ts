import type { Duration } from 'aws-cdk-lib';
import type { Json } from './engine/json';

/** What a mocked Task state gets for an answer. Times are virtual. */
export type MockAnswer =
  | { readonly kind: 'returned'; readonly value: Json; readonly afterMs?: number }
  | { readonly kind: 'failed'; readonly error: string; readonly cause?: string; readonly afterMs?: number }
  | { readonly kind: 'silent' };

/** What a Task state does instead of its real work. Permissions are judged all the same. */
export abstract class Mock {
  /**
   * Answers with a value: for a Lambda task, what the function returns; for any other, the response of the API.
   */
  public static returns(value: unknown): Mock {
    return new FixedMock({ kind: 'returned', value: json(value) });
  }

  /** Fails with an error of this name. */
  public static fails(error: string, cause = `mocked: ${error}`): Mock {
    return new FixedMock({ kind: 'failed', error, cause });
  }

  /** Never answers, so that the state ends by its timeout. */
  public static timesOut(): Mock {
    return new FixedMock({ kind: 'silent' });
  }

  /** Answers each attempt in turn, and any further one as the last. */
  public static sequence(first: Mock, ...rest: Mock[]): Mock {
    return new SequenceMock([first, ...rest]);
  }

  /** Answers with what a function makes of the request: the payload of a Lambda task, the arguments of any other. */
  public static calls(answer: (request: Json) => unknown): Mock {
    return new CallMock(answer);
  }

  /** The same answer, after some virtual time. */
  public after(delay: Duration): Mock {
    return new DelayedMock(this, delay.toMilliseconds());
  }

  /** The answer to an attempt. */
  abstract answer(request: Json): MockAnswer;
}

class FixedMock extends Mock {
  constructor(private readonly fixed: MockAnswer) {
    super();
  }

  answer(): MockAnswer {
    return this.fixed;
  }
}

class SequenceMock extends Mock {
  private next = 0;

  constructor(private readonly mocks: Mock[]) {
    super();
  }

  answer(request: Json): MockAnswer {
    const mock = this.mocks[Math.min(this.next, this.mocks.length - 1)];
    this.next += 1;
    return mock.answer(request);
  }
}

class CallMock extends Mock {
  constructor(private readonly call: (request: Json) => unknown) {
    super();
  }

  /** An error that the function throws is the task's, as one that a handler throws. */
  answer(request: Json): MockAnswer {
    try {
      return { kind: 'returned', value: json(this.call(request)) };
    } catch (error) {
      const { name, message } = error as Error;
      return { kind: 'failed', error: name, cause: JSON.stringify({ errorType: name, errorMessage: message }) };
    }
  }
}

class DelayedMock extends Mock {
  constructor(
    private readonly mock: Mock,
    private readonly delayMs: number,
  ) {
    super();
  }

  answer(request: Json): MockAnswer {
    const answer = this.mock.answer(request);
    return answer.kind === 'silent' ? answer : { ...answer, afterMs: (answer.afterMs ?? 0) + this.delayMs };
  }
}

/** A value as it looks after a journey as JSON, which is what a state would see. */
function json(value: unknown): Json {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
