import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { bindFlow, type FlowPlace } from '../step/enclose';
import { jsonata, quote, variable } from '../step/expression';
import { goOn } from '../step/go-on';
import { stateName } from '../step/names';
import { StartExecutionStep } from '../step/start-execution';
import type { IWorkflow } from '../step/workflow-ref';
import { type AskOptions, OnRejected } from './ask-options';
import { checkChoice } from './check-choice';
import { checkRequest } from './check-request';
import { ApprovalError } from './constants';

/** Makes the state that asks. */
type Ask = (options: Pick<StepBindOptions, 'last' | 'assign'>) => StepConfig;

/**
 * A question to an approval, whose answer it waits for. That is an execution of the approval's own workflow, which is
 * stopped when this one is.
 */
export class AskStep implements IStep {
  constructor(
    private readonly approval: IWorkflow,
    private readonly options: AskOptions,
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    checkRequest(scope, options.stateName, this.options);
    const { onRejected = OnRejected.FAIL, question, details, requester } = this.options;
    checkChoice(scope, `onRejected of '${options.stateName}'`, onRejected, OnRejected);
    const input = {
      question,
      ...(details !== undefined && { details }),
      ...(requester !== undefined && { requester }),
    };
    const ask = new StartExecutionStep(this.approval, { input });
    if (onRejected === OnRejected.RETURN) return ask.bind(scope, id, options);
    return bindFlow(scope, id, options, {
      comment: `Asks ${this.approval.node.path}`,
      businessErrors: [ApprovalError.REJECTED],
      // The state that asks has the step's name, unless what encloses it has.
      states: (own, place) =>
        this.askAndChoose(own, place, (asking) => {
          const name = options.oneState ? place.child('Ask').stateName : options.stateName;
          return ask.bind(own, 'Ask', { ...place.options, ...asking, stateName: name });
        }),
    });
  }

  /** An execution that says no has done its work: only what is asked here fails of it, under the error's name. */
  private askAndChoose(scope: Construct, place: FlowPlace, ask: Ask): StepConfig {
    const { options, child } = place;
    const { depth, recordAs, last } = options;
    const answer = variable('child', depth);
    const asked = ask({ last: false, assign: { ...options.assign, [answer]: '$result' } });
    const chain = goOn(scope, asked.chain, {
      choice: { stateName: child('Approved?').stateName, comment: 'Tells whether it was approved' },
      unless: `$${answer}.decision != "approved"`,
      elsewhere: sfn.Fail.jsonata(scope, 'Rejected', {
        stateName: stateName(scope, child('Rejected').stateName),
        comment: 'Fails, as the answer is no',
        error: ApprovalError.REJECTED,
        cause: jsonata(cause(answer)),
      }),
      end: last
        ? {
            stateName: child('Approved').stateName,
            returns: recordAs ? `$${variable('results', depth)}` : `$${answer}`,
          }
        : undefined,
    });
    return { ...asked, chain };
  }
}

function cause(answer: string): string {
  const by = `$exists($${answer}.by) and $${answer}.by != null ? $${answer}.by : "nobody, as the time was over"`;
  const comment = `$${answer}.comment != null ? ": " & $${answer}.comment : ""`;
  return `${quote('Rejected by ')} & (${by}) & (${comment})`;
}
