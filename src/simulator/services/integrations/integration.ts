import type { Json } from '../../engine/json';
import type { TaskRequest } from '../../engine/task';
import type { ServiceCall } from '../service';

/** What a service answered. */
export type Response = { readonly [name: string]: unknown };

/** What a Task state's `Resource` means. */
export interface Integration {
  /** The IAM prefix of the service that it calls. */
  readonly service: string;
  /** After which SDK its errors are named. */
  readonly errors: 'optimized' | 'aws-sdk';
  /** The call that a task makes. Throws `TaskFailure` where its parameters are none. */
  call(request: TaskRequest): ServiceCall;
  /** What Step Functions makes of the response. Throws `TaskFailure` where it is an error. */
  output(response: Response, metadata: (response: Response) => Response): Json;
}
