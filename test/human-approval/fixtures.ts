import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as ses from 'aws-cdk-lib/aws-ses';
import {
  Approver,
  type AskOptions,
  EmailSender,
  HumanApproval,
  type HumanApprovalProps,
  Step,
  Workflow,
} from '../../src';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

export type Stack = ReturnType<typeof newStack>;

export const LEAD = 'lead@acme.example';

export const emails = (...names: string[]): Approver[] => names.map((name) => Approver.email(`${name}@acme.example`));

/** An approval, and a workflow that asks it and then pays out. */
export const refunds = (
  props: Partial<HumanApprovalProps> | ((stack: Stack) => Partial<HumanApprovalProps>) = {},
  ask: Partial<AskOptions> = {},
  more: (approval: HumanApproval) => unknown = () => undefined,
) => {
  const stack = newStack('Refunds');
  const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
  const given = typeof props === 'function' ? props(stack) : props;
  const approval = new HumanApproval(stack, 'Refund', {
    sender: EmailSender.identity(domain, 'approvals@acme.example'),
    ...(given.levels ? {} : { approvers: [Approver.email(LEAD)], timeout: Duration.days(2) }),
    ...given,
  });
  more(approval);
  const payOut = fn(stack, 'PayOutFn', 'return { paid: event.input.amount, by: event.results.Approve.by };');
  const workflow = new Workflow(stack, 'Workflow', {
    definition: Step.sequence([
      {
        name: 'Approve',
        step: approval.ask({ question: "{% 'Refund ' & $string($input.amount) & ' EUR?' %}", ...ask }),
      },
      { name: 'PayOut', step: Step.invoke(payOut) },
    ]),
  });
  return { stack, approval, workflow };
};

/** The same in a simulator, where it was asked about 600 EUR. */
export const asked = async (...args: Parameters<typeof refunds>) => {
  const made = refunds(...args);
  const sim = simulate(made.stack);
  const run = sim.begin(made.workflow, { amount: 600, by: 'kim@acme.example' });
  run.done.catch(() => undefined);
  await sim.settle();
  const mailTo = (name: string) => {
    const mail = sim.emails.filter(({ to }) => to.includes(`${name}@acme.example`)).at(-1);
    if (mail === undefined) throw new Error(`no mail to ${name}`);
    return mail;
  };
  return { ...made, sim, run, mailTo };
};

export const linkOf = ({ text = '' }: { readonly text?: string }): string => {
  const [link] = /https:\/\/\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
};

/** An approval of which a portal is told, and a workflow that invokes its function as the portal does. */
export const askedPortal = async (props: Partial<HumanApprovalProps> = {}) => {
  const made = refunds(
    (stack) => ({ approvers: [Approver.event(new events.EventBus(stack, 'Bus'))], sender: undefined, ...props }),
    { requester: '{% $input.by %}' },
  );
  const respond = new Workflow(made.stack, 'Portal', {
    definition: Step.invoke(made.approval.respondFunction, { payload: '{% $input %}' }),
  });
  const sim = simulate(made.stack);
  const begin = async () => {
    const run = sim.begin(made.workflow, { amount: 600, by: 'kim' });
    run.done.catch(() => undefined);
    await sim.settle();
    const [event] = sim.events(made.stack.node.findChild('Bus')).slice(-1);
    const { requestId, level } = event.detail as { requestId: string; level: number };
    const send = async (by: string, decision = 'approved', more = {}) =>
      (await sim.start(respond, { requestId, level, by, decision, ...more })).output ?? {};
    return { run, event, requestId, send };
  };
  return { ...made, sim, begin, ...(await begin()) };
};
