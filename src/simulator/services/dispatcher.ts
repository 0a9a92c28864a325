import { SimulatorFault } from '../engine/fault';
import type { Resources } from '../template/resource';
import { AwsError, type Origin, type Requirement, type Service, type ServiceCall } from './service';

/** Who makes a call. */
export interface Caller extends Origin {
  /** The role that must allow it; without one, nothing is judged. */
  readonly roleArn?: string;
  /** A task of a workflow, the code of a function, or AWS by itself. */
  readonly source: 'task' | 'handler' | 'aws';
}

/** A call that was made, or denied, as a run reports it; one for each action that IAM judged. */
export interface Call extends Caller {
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  readonly resource: string;
  readonly request: ServiceCall['input'];
  /** What came back; absent where the call failed, goes on, or was only judged. */
  response?: { readonly [name: string]: unknown };
  error?: { readonly code: string; readonly message: string };
  readonly allowed: boolean;
  /** Why, in IAM's words. */
  readonly reason: string;
}

/** What IAM says. */
export interface Judgement {
  readonly allowed: boolean;
  readonly reason: string;
}

export interface DispatcherOptions {
  readonly services: readonly Service[];
  readonly resources: Resources;
  readonly authorize: (roleArn: string, requirement: Requirement, resources: Resources) => Judgement;
  /** Gets each call when it begins; its response or error is set when it ends. */
  readonly record: (call: Call) => void;
}

/** The way that all calls to services take: judged by IAM, recorded, and only then made. */
export class Dispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  /** Makes a call. Throws `AwsError` where IAM denies it or the service refuses it. */
  async call(call: ServiceCall, caller: Caller): Promise<{ [name: string]: unknown }> {
    const service = this.service(call);
    const records = this.judge(service.requirements(call), call, caller);
    try {
      const { executionArn, stateName } = caller;
      const response = await service.perform(call, { executionArn, stateName });
      for (const record of records) record.response = response;
      return response;
    } catch (error) {
      for (const record of records) record.error = describe(error);
      throw error;
    }
  }

  /**
   * Judges and records a call that a mock answers. Throws `AwsError` where IAM denies it. A call of an operation that
   * the simulator does not have is not judged, as what it needs is not known: then the answer is false.
   */
  authorizeOnly(call: ServiceCall, caller: Caller): boolean {
    const requirements = this.knownRequirements(call);
    if (!requirements) return false;
    this.judge(requirements, call, caller);
    return true;
  }

  private knownRequirements(call: ServiceCall): readonly Requirement[] | undefined {
    try {
      return this.service(call).requirements(call);
    } catch (error) {
      if (error instanceof SimulatorFault) return undefined;
      throw error;
    }
  }

  private service({ service: name, operation }: ServiceCall): Service {
    const service = this.options.services.find((candidate) => candidate.name === name);
    if (!service) throw new SimulatorFault(`The service ${name}, and so its ${operation}, is not supported`);
    return service;
  }

  private judge(requirements: readonly Requirement[], call: ServiceCall, caller: Caller): readonly Call[] {
    const { authorize, record, resources } = this.options;
    const { roleArn } = caller;
    return requirements.map((requirement) => {
      const { action, resource } = requirement;
      const { allowed, reason } = roleArn
        ? authorize(roleArn, requirement, resources)
        : { allowed: true, reason: 'AWS makes this call by itself' };
      const made: Call = { ...caller, action, resource, request: call.input, allowed, reason };
      record(made);
      if (allowed) return made;
      const denial = new AwsError('AccessDeniedException', reason, call.service === 'dynamodb' ? 400 : 403);
      made.error = describe(denial);
      throw denial;
    });
  }
}

function describe(error: unknown): { code: string; message: string } {
  const { name, message } = error as Error;
  return { code: name, message };
}
