/** A call that gets no answer, as its connection broke. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor() {
    super('Connection reset');
  }
}

/** A call during which the function that made it died. */
export class FunctionKilled extends Error {
  override readonly name = 'FunctionKilled';

  constructor() {
    super('The function was killed');
  }
}
