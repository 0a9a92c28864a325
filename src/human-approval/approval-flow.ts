import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { bindFlow, type FlowPlace } from '../step/enclose';
import { jsonata } from '../step/expression';
import { functionTarget } from '../step/function-target';
import { LAMBDA_ERRORS, RetryPolicy } from '../step/retry';
import { ServiceTask } from '../step/task';
import { ApprovalError } from './constants';
import { type ApprovalLevel, refsOf } from './levels';
import type { Round } from './rounds';
import type { Decision, LevelRef } from './runtime/request';

/** What the flow of an approval does. */
export interface ApprovalFlowProps {
  /** What makes the request, tells the approvers, and lets the request expire. */
  readonly notify: lambda.Function;
  readonly levels: ApprovalLevel[];
  readonly rounds: Round[][];
  /** Whether approvers have to sign in. */
  readonly signIn: boolean;
  readonly veto: boolean;
  readonly selfApproval: boolean;
  readonly onExpiry: Decision;
}

/** A cold start's initialization and the way there and back are not in the function's own timeout. */
const MARGIN = Duration.seconds(15);

/** Holds the id of the request. */
const REQUEST = 'request';

/**
 * Asks the levels one after the other, until somebody has decided. Each round is a task that waits for a token of its own:
 * the first asks, the others remind. After the last, what expiry means is the outcome.
 */
export class ApprovalFlow implements IStep {
  constructor(private readonly props: ApprovalFlowProps) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    return bindFlow(scope, id, options, {
      comment: 'Asks for an approval',
      states: (own, place) => this.states(own, place),
    });
  }

  /** The states, made from the last to the first, as each names the next. */
  private states(scope: Construct, place: FlowPlace): StepConfig {
    const expire = this.expire(scope, place);
    const tasks = [expire];
    let nextLevel = expire;
    for (const index of [...this.props.levels.keys()].reverse()) {
      let nextRound = nextLevel;
      for (const round of [...this.props.rounds[index]].reverse()) {
        nextRound = this.round(scope, place, {
          index,
          round,
          nextRound,
          nextLevel: nextLevel === expire ? undefined : nextLevel,
        });
        tasks.unshift(nextRound);
      }
      nextLevel = nextRound;
    }
    const open = this.open(scope, place);
    open.next(nextLevel);
    return {
      chain: open,
      worstCase: [open, ...tasks].map((task) => task.worstCase),
      standardOnly: ['an approval waits for people'],
      functions: [{ fn: this.props.notify, atOnce: 1 }],
    };
  }

  private open(scope: Construct, place: FlowPlace): ServiceTask {
    const options = { ...place.child('Open'), last: false, assign: { [REQUEST]: '$states.result.Payload.id' } };
    return this.invoke(scope, 'Open', options, {
      comment: 'Makes the request that is asked about',
      payload: {
        action: 'open',
        executionArn: jsonata('$states.context.Execution.Id'),
        input: jsonata('$states.input'),
      },
      business: [ApprovalError.INVALID_REQUEST],
    });
  }

  private round(scope: Construct, place: FlowPlace, at: RoundPlace): ServiceTask {
    const { index, round, nextRound, nextLevel } = at;
    const [name, comment] = named(index + 1, round);
    const options = { ...place.child(name), last: true, onBusinessError: { handler: nextRound } };
    const task = this.invoke(scope, name, options, {
      comment,
      payload: {
        action: 'ask',
        id: jsonata(`$${REQUEST}`),
        token: jsonata('$states.context.Task.Token'),
        round: round.number,
        tells: round.tells,
        warns: round.warns,
        redrive: jsonata('$states.context.Execution.RedriveCount'),
        level: this.levelRef(index, round),
      },
      waits: Duration.seconds(round.seconds),
    });
    // A level that can't be told has no use of its time.
    if (round.number === 0 && round.tells && nextLevel) {
      task.addCatch(nextLevel, { errors: [ApprovalError.NOT_NOTIFIED], outputs: jsonata('$states.input') });
    }
    return task;
  }

  private expire(scope: Construct, place: FlowPlace): ServiceTask {
    const { levels, onExpiry } = this.props;
    return this.invoke(
      scope,
      'Expire',
      { ...place.child('Expire'), last: true },
      {
        comment: `Counts as ${onExpiry}, unless it was decided at the last moment`,
        payload: { action: 'expire', id: jsonata(`$${REQUEST}`), decision: onExpiry, level: levels.length },
      },
    );
  }

  private levelRef(index: number, { startSeconds }: Round): LevelRef {
    const { levels, signIn, veto, selfApproval } = this.props;
    const { quorum = 1, timeout } = levels[index];
    return {
      level: index + 1,
      approvers: refsOf(levels[index], signIn),
      quorum,
      veto,
      selfApproval,
      seconds: Math.floor(timeout.toSeconds({ integral: false })) - startSeconds,
    };
  }

  private invoke(scope: Construct, id: string, options: StepBindOptions, props: InvokeProps): ServiceTask {
    const target = functionTarget(scope, options.stateName, this.props.notify);
    const { comment, payload, business, waits } = props;
    return new ServiceTask(scope, id, options, {
      resource: `arn:${Stack.of(scope).partition}:states:::lambda:invoke${waits ? '.waitForTaskToken' : ''}`,
      arguments: { FunctionName: target.arn, Payload: payload },
      result: waits ? '$states.result' : '$states.result.Payload',
      comment,
      timeout: waits ?? target.timeout.plus(MARGIN),
      // Whatever went wrong, once more is right: nothing is made, told or decided twice.
      retry: new RetryPolicy(LAMBDA_ERRORS, { business, transient: ['States.TaskFailed'] }),
      permissions: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.permitted] })],
      businessErrors: waits && ['States.Timeout'],
      waits: waits !== undefined,
    });
  }
}

/** The name of a round's state, and what it does. */
function named(level: number, { number, tells }: Round): [name: string, comment: string] {
  if (!tells) return ['Warn', `Tells operators that little time is left, and waits for the decision of level ${level}`];
  return number === 0
    ? [`Ask ${level}`, `Asks level ${level}, and waits for its decision`]
    : [`Remind ${level}-${number}`, `Reminds level ${level}, and waits for its decision`];
}

/** A round among the others. */
interface RoundPlace {
  readonly index: number;
  readonly round: Round;
  readonly nextRound: ServiceTask;
  /** @default - it is of the last level */
  readonly nextLevel?: ServiceTask;
}

interface InvokeProps {
  readonly comment: string;
  readonly payload: object;
  readonly business?: string[];
  /** How long the answer is waited for, which is sent with the task's token. */
  readonly waits?: Duration;
}
