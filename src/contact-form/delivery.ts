import type { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DeadLetterQueue, IStep, StepBindOptions, StepConfig } from '../step/bind';
import { bindFlow, type FlowPlace } from '../step/enclose';
import { jsonata, object, quote } from '../step/expression';
import { stateName, stepId } from '../step/names';
import { deadLetterQueue, parkTask } from '../step/park';
import { combined, inOrder } from '../step/sequence';
import { longestOf } from '../step/worst-case';
import { STATUS } from './constants';
import type { MessageTable } from './message-table';

/** How a message is delivered. */
export interface DeliveryProps {
  readonly table: MessageTable;
  /** Mails it. */
  readonly send: IStep;
  /** Mails a confirmation to the visitor. */
  readonly confirmation?: { readonly address: string; readonly every: Duration; readonly send: IStep };
}

/** The two ways in which a message is kept that is not known to be mailed. */
const LEFT = [
  { status: STATUS.UNSENT, name: 'Unsent', cause: 'SES refused the mail. The message is kept, and can be sent again.' },
  {
    status: STATUS.UNCERTAIN,
    name: 'Uncertain',
    cause: 'SES gave no answer: the mail may have been sent or not, so it is not sent again. The message is kept.',
  },
];

/**
 * Keeps a message, mails it once at most, and records that. A mail that SES refused, or gave no answer to, is marked in
 * the table and parked in a queue, where somebody has to look after it. `{ resend: <id> }` sends a refused one again,
 * and `{ resend: <id>, uncertain: true }` one of which nobody knows, or that no execution mails any more. An execution
 * that mails nothing returns what has become of the message by now.
 */
export class DeliveryStep implements IStep {
  constructor(private readonly props: DeliveryProps) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    return bindFlow(scope, id, options, {
      comment: 'Keeps a message, mails it once at most, and records that',
      states: (own, place) => this.states(own, place),
    });
  }

  private states(scope: Construct, place: FlowPlace): StepConfig {
    const { table, send, confirmation } = this.props;
    const { last } = place.options;
    const bind = (name: string, step: IStep, options: Partial<StepBindOptions> = {}) =>
      step.bind(scope, stepId(name), { ...place.child(name), ...options });

    // Mails nothing: it was mailed, or another execution mails it, or somebody has to look after it.
    const alreadyThere = bind('AlreadyThere', table.status(), { last });
    const message = { recordAs: 'Message', onBusinessError: { handler: alreadyThere.chain } };
    const keep = bind('Keep', table.keep(), message);
    const reclaim = bind('Reclaim', table.reclaim(), message);
    const begin = sfn.Choice.jsonata(scope, 'Begin', {
      stateName: stateName(scope, place.child('Begin').stateName),
      comment: 'Chooses between a new message and one that is to be sent again',
    }).when(sfn.Condition.jsonata(jsonata('$exists($states.input.resend)')), reclaim.chain);

    const queue = unsentQueue(scope);
    const [unsent, uncertain] = LEFT.map((left) => this.leave(scope, place, queue, left));
    const mailed = bind('Send', send, {
      recordAs: 'Send',
      onBusinessError: { handler: unsent.chain, output: caughtAs('mailError') },
      onError: { handler: uncertain.chain, output: caughtAs('mailError') },
    });
    const recorded = bind('Record', table.record(), { last: last && !confirmation });
    const confirmed = confirmation ? confirm(scope, place, table, confirmation) : [];

    const delivery = inOrder([mailed, recorded, ...confirmed].map((config) => config.chain));
    for (const way of [keep, reclaim]) sfn.Chain.start(way.chain).next(delivery);
    begin.otherwise(keep.chain);
    const ending = { ...recorded, ...combined([recorded, ...confirmed]) };
    const name = place.options.stateName;
    return {
      ...combined([keep, reclaim, alreadyThere, mailed, recorded, unsent, uncertain, ...confirmed]),
      chain: begin,
      worstCase: [
        longestOf(`${name}, keeping`, [keep, reclaim]),
        ...mailed.worstCase,
        longestOf(`${name}, recording`, [ending, unsent, uncertain, alreadyThere]),
      ],
      deadLetterQueues: [queue],
    };
  }

  private leave(
    scope: Construct,
    place: FlowPlace,
    { queue }: DeadLetterQueue,
    left: (typeof LEFT)[number],
  ): StepConfig {
    const { status, name, cause } = left;
    const park = parkTask(scope, `Park ${name}`, {
      queue,
      options: place.child(`Park ${name}`),
      comment: `Tells whoever looks after the form of a message that is ${status}`,
      what: {
        ...{ id: '$results.Message.id.S', status: quote(status), error: '$states.input.mailError' },
        markError: '$states.input.markError',
      },
      data: {},
    });
    const mark = this.props.table.mark(status).bind(scope, stepId(`Mark ${name}`), {
      ...place.child(`Mark ${name}`),
      // Whoever looks after the form learns of it, also where the table doesn't.
      onError: { handler: park, output: caughtAs('markError') },
    });
    const end = sfn.Fail.jsonata(scope, name, {
      stateName: stateName(scope, place.child(name).stateName),
      comment: `Ends with a message that is ${status}`,
      error: `ContactForm.${name}`,
      cause,
    });
    return { ...mark, chain: inOrder([mark.chain, park, end]), worstCase: [...mark.worstCase, park.worstCase] };
  }
}

/** The input, and the name of the error that was caught. */
function caughtAs(name: string): string {
  return `$merge([$states.input, { "${name}": $states.errorOutput.Error }])`;
}

/** The queue of the messages that somebody has to look after. */
function unsentQueue(scope: Construct): DeadLetterQueue {
  const queue = deadLetterQueue(scope);
  return {
    queue,
    description: `a message was kept and could not be mailed. The message in ${queue.node.path} has its id, status and error. UNSENT: when the reason is gone, start the workflow with { "resend": "<id>" }. UNCERTAIN: see whether the mail came; if not, start it with { "resend": "<id>", "uncertain": true }. With a markError the table may still say SENDING: in either case start it with { "resend": "<id>", "uncertain": true }, when the workflow's timeout has passed since. Then delete the message from the queue.`,
  };
}

/** The states that confirm to the visitor; whatever becomes of them, the message is delivered. */
function confirm(
  scope: Construct,
  place: FlowPlace,
  table: MessageTable,
  { address, every, send }: NonNullable<DeliveryProps['confirmation']>,
): StepConfig[] {
  const done = sfn.Pass.jsonata(scope, 'Done', {
    stateName: stateName(scope, place.child('Done').stateName),
    comment: 'Ends with a message that was mailed',
    outputs: jsonata(object({ status: quote(STATUS.SENT) })),
  });
  const options = (name: string) => ({ ...place.child(name), onError: { handler: done } });
  return [
    table.claimConfirmation(address, every).bind(scope, stepId('ClaimConfirmation'), options('ClaimConfirmation')),
    send.bind(scope, stepId('Confirm'), options('Confirm')),
    { chain: done, worstCase: [] },
  ];
}
