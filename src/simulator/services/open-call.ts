import type { Call } from './dispatcher';
import type { FaultEffect } from './fault';

/** A call that IAM allowed, and that goes on: whoever does what it asks for says how it ends. */
export class OpenCall {
  constructor(
    private readonly service: string,
    private readonly records: readonly Call[],
    private readonly fault?: FaultEffect,
  ) {
    for (const record of records) if (fault) record.fault = fault.name;
  }

  /** Throws where a fault lets nothing be done. */
  begin(): void {
    if (this.fault?.isPerformed === false) throw this.failed(this.fault.error(this.service));
  }

  /** The service has done its work. Throws what a fault makes of that. */
  answered(response: NonNullable<Call['response']>): void {
    for (const record of this.records) record.response = response;
    if (this.fault) throw this.failed(this.fault.error(this.service));
  }

  /** Notes the error with which it ends, and gives it back. */
  failed<T>(error: T): T {
    for (const record of this.records) record.error = describe(error);
    return error;
  }
}

function describe(error: unknown): { code: string; message: string } {
  const { name, message } = error as Error;
  return { code: name, message };
}
