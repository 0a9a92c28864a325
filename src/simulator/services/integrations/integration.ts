import type { Json } from '../../engine/json';
import type { TaskRequest } from '../../engine/task';
import type { ServiceCall } from '../service';
import type { Parameters } from './parameters';

/** What a service answered. */
export type Response = { readonly [name: string]: unknown };

/** What a Task state's `Resource` means. */
export interface Integration {
  /** The IAM prefix of the service that it calls. */
  readonly service: string;
  /** After which SDK its errors are named. */
  readonly errors: 'optimized' | 'aws-sdk';
  /** The parameters that it takes, where Step Functions checks them before it schedules a task. */
  readonly parameters?: Parameters;
  /** The call that a task makes. */
  call(request: TaskRequest): ServiceCall;
  /** What Step Functions makes of the response. Throws `TaskFailure` where it is an error. */
  output(response: Response, metadata: (response: Response) => Response): Json;
}
