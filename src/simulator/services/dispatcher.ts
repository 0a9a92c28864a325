import { SimulatorFault } from '../engine/fault';
import type { Resources } from '../template/resource';
import type { Faults } from './faults';
import { OpenCall } from './open-call';
import { AwsError, type MayAlso, type Origin, type Requirement, type Service, type ServiceCall } from './service';

/** Who makes a call. */
export interface Caller extends Origin {
  /** The role that must allow it; without one, nothing is judged. */
  readonly roleArn?: string;
  /** A task of a workflow, the code of a function, or AWS by itself. */
  readonly source: 'task' | 'handler' | 'aws';
  /** Of a function's own call: the construct path of the function. */
  readonly functionPath?: string;
  /** A service that calls in its own name, e.g. for a rule: the policy of what it calls must allow it. */
  readonly service?: { readonly principal: string; readonly sourceArn: string };
}

/** A call that was made, or denied, as a run reports it; one for each action that IAM judged. */
export interface Call extends Caller {
  /** e.g. `dynamodb:PutItem`; of a service that the simulator doesn't have, as the state's `Resource` says it. */
  readonly action: string;
  /** The ARN that IAM judges; of a service that the simulator doesn't have, the state's `Resource`. */
  readonly resource: string;
  /** The condition keys that the call set, beyond the global ones. */
  readonly context?: Requirement['context'];
  readonly request: ServiceCall['input'];
  /** What came back; absent where the call failed, goes on, or was only judged. */
  response?: { readonly [name: string]: unknown };
  error?: { readonly code: string; readonly message: string };
  /** What IAM says; `unjudged` where that can't be known, which is a fault unless the task is mocked. */
  readonly verdict: Verdict;
  /** What a fault that was set for it did to the call, e.g. `lostResponse`. */
  fault?: string;
  /**
   * Whether IAM allows the call; absent where it is unjudged, which is neither proof nor denial: so
   * `run.calls.every((call) => call.allowed)` holds only where each call was judged, and allowed.
   */
  readonly allowed?: boolean;
  /** Why, in IAM's words; why it is unjudged, in the simulator's. */
  readonly reason: string;
}

export type Verdict = 'allowed' | 'denied' | 'unjudged';

/** What IAM says. */
export interface Judgement {
  readonly allowed: boolean;
  readonly reason: string;
}

export interface DispatcherOptions {
  readonly services: readonly Service[];
  readonly resources: Resources;
  readonly authorize: (roleArn: string, requirement: Requirement, resources: Resources) => Judgement;
  /** Whether a service may make a call in its own name. */
  readonly authorizeService: (principal: string, requirement: Requirement) => Judgement;
  readonly faults: Faults;
  /** Gets each call when it begins; its response or error is set when it ends. */
  readonly record: (call: Call) => void;
}

/** Services that say so with this status; the others say 403. */
const DENIED_WITH_400 = ['dynamodb', 'events', 'kms', 'secretsmanager', 'states'];

/** What a service calls it that IAM denies a call. */
const deniedCode = (service: string) => (service === 's3' ? 'AccessDenied' : 'AccessDeniedException');

/** The way that all calls to services take: judged by IAM, recorded, and only then made. */
export class Dispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  /** Makes a call. Throws `AwsError` where IAM denies it or the service refuses it. */
  async call(call: ServiceCall, caller: Caller): Promise<{ [name: string]: unknown }> {
    const open = this.begin(call, caller);
    const response = await this.perform(call, caller).catch((error: unknown) => {
      throw open.failed(error);
    });
    open.answered(response);
    return response;
  }

  /**
   * Judges and records a call that whoever asks for this makes, and whose response or error they set. Throws `AwsError`
   * where IAM denies it, and what a fault makes of it that lets nothing be done.
   */
  begin(call: ServiceCall, caller: Caller): OpenCall {
    const records = this.judge(this.service(call).requirements(call), call, caller);
    const fault = this.options.faults.hit(records, `${call.service}:${call.operation}`);
    const open = new OpenCall(call.service, records, fault);
    open.begin();
    return open;
  }

  /**
   * Judges and records a call that a mock answers. Throws `AwsError` where IAM denies it, and a fault where the simulator
   * doesn't have the operation, so that what it needs is not known.
   */
  authorizeOnly(call: ServiceCall, caller: Caller): void {
    this.judge(this.service(call).requirements(call), call, caller, true);
  }

  /**
   * Judges and records a call that AWS makes by itself in the name of a role, and that whoever asks for this makes.
   * The verdict says whether it may be made. A fault that hits it throws: what AWS does then is not known.
   */
  judgeForAws(requirement: Requirement, request: Call['request'], caller: Caller, mocked: boolean): Call {
    const call = this.judged(requirement, request, { ...caller, source: 'aws' }, mocked);
    const fault = mocked || call.allowed === false ? undefined : this.options.faults.hit([call], call.action);
    if (fault === undefined) return call;
    throw new SimulatorFault(
      `the fault '${fault.name}' hits ${call.action}, which AWS calls by itself here, and what it does then is not known: ` +
        'give the fault a where(…) that leaves such calls out',
    );
  }

  /** Records a call that a mock answers and nobody can judge. */
  recordUnjudged(call: Pick<Call, 'action' | 'resource' | 'request' | 'reason'>, caller: Caller): void {
    this.options.record({ ...caller, ...call, verdict: 'unjudged' });
  }

  private async perform(call: ServiceCall, caller: Caller): Promise<{ [name: string]: unknown }> {
    const { executionArn, stateName } = caller;
    const mayAlso: MayAlso = (requirement) => this.mayAlso(requirement, call, caller);
    return this.service(call).perform(call, { executionArn, stateName }, mayAlso);
  }

  private mayAlso(requirement: Requirement, { input }: ServiceCall, caller: Caller): Judgement {
    const { allowed = false, reason } = this.verdict(requirement, caller, false);
    if (allowed) this.judged(requirement, input, caller, false);
    return { allowed, reason };
  }

  private service({ service: name, operation }: ServiceCall): Service {
    const service = this.options.services.find((candidate) => candidate.name === name);
    if (!service) throw new SimulatorFault(`The service ${name}, and so its ${operation}, is not supported`);
    return service;
  }

  private judge(
    requirements: readonly Requirement[],
    call: ServiceCall,
    caller: Caller,
    mocked = false,
  ): readonly Call[] {
    return requirements.map((requirement) => {
      const made = this.judged(requirement, call.input, caller, mocked);
      if (made.verdict !== 'denied') return made;
      throw new AwsError(deniedCode(call.service), made.reason, DENIED_WITH_400.includes(call.service) ? 400 : 403);
    });
  }

  private judged(requirement: Requirement, request: Call['request'], caller: Caller, mocked: boolean): Call {
    const judged = this.verdict(requirement, caller, mocked);
    const made: Call = { ...caller, ...requirement, request, ...judged };
    if (judged.verdict === 'denied') made.error = { code: 'AccessDeniedException', message: judged.reason };
    this.options.record(made);
    return made;
  }

  private verdict(
    requirement: Requirement,
    { roleArn, service }: Caller,
    mocked: boolean,
  ): Pick<Call, 'verdict' | 'allowed' | 'reason'> {
    if (service) return told(this.options.authorizeService(service.principal, ofService(requirement, service)));
    if (!roleArn) return { verdict: 'allowed', allowed: true, reason: 'AWS makes this call by itself' };
    try {
      return told(this.options.authorize(roleArn, requirement, this.options.resources));
    } catch (error) {
      if (mocked && error instanceof SimulatorFault) return { verdict: 'unjudged', reason: error.message };
      throw error;
    }
  }
}

function told({ allowed, reason }: Judgement): Pick<Call, 'verdict' | 'allowed' | 'reason'> {
  return { verdict: allowed ? 'allowed' : 'denied', allowed, reason };
}

/** The keys by which a policy tells for which of its resources a service calls. */
function ofService(requirement: Requirement, { sourceArn }: NonNullable<Caller['service']>): Requirement {
  const account = sourceArn.split(':')[4];
  const keys = { 'aws:SourceArn': sourceArn, ...(account && { 'aws:SourceAccount': account }) };
  return { ...requirement, context: { ...requirement.context, ...keys } };
}
