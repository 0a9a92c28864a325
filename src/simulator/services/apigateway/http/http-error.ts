import { type ApiAnswer, jsonAnswer } from '../message';

/** An error that an HTTP API itself answers with. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly takesMs = 0,
  ) {
    super(message);
  }

  get answer(): ApiAnswer {
    return { ...jsonAnswer(this.status, { message: this.message }), takesMs: this.takesMs };
  }
}

export const unauthorized = (): HttpError => new HttpError(401, 'Unauthorized');
export const forbidden = (): HttpError => new HttpError(403, 'Forbidden');
