import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import { Approver, Step, Workflow } from '../../src';
import { expectLeastPrivilege, Fault, type Simulator } from '../../src/simulator';
import { privilegeFindings } from '../../src/simulator/least-privilege';
import type { Resources } from '../../src/simulator/template/resource';
import { asked, emails, linkOf, refunds } from './fixtures';

/** What Lambda does by itself with a function's role, and X-Ray, which has no resources to narrow. */
const BY_LAMBDA = / may (logs:(CreateLogStream|PutLogEvents)|xray:\w+) on /;

/** The same for the roles of the handlers as `expectLeastPrivilege` says for those of state machines. */
const findingsOfHandlers = (sim: Simulator, from: number): string[] => {
  const { resources } = sim as unknown as { resources: Resources };
  const roles = resources
    .ofType('AWS::IAM::Role')
    .filter(({ path }) => /\/Refund\/(Notify|Page|Respond)Role\/Resource$/.test(path ?? ''));
  expect(roles).toHaveLength(3);
  return roles
    .flatMap((role) => privilegeFindings(role.attribute('Arn'), sim.calls.slice(from), resources))
    .filter((finding) => !BY_LAMBDA.test(finding));
};

/** The approval whose links are signed by the first of these keys; the others have signed some before. */
const release = (...keys: string[]): Parameters<typeof refunds> => [
  (made) => {
    const [linkKey, ...previousLinkKeys] = keys.map(
      (name) => new kms.Key(made, name, { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC }),
    );
    return {
      linkKey,
      previousLinkKeys,
      levels: [
        { approvers: emails('ann', 'bob'), quorum: 2, timeout: Duration.days(1) },
        {
          approvers: [
            Approver.topic(new sns.Topic(made, 'Chat', { masterKey: new kms.Key(made, 'Key') })),
            Approver.event(new events.EventBus(made, 'Bus')),
          ],
          timeout: Duration.days(1),
        },
      ],
    };
  },
  {},
  (made) => {
    const step = Step.invoke(made.respondFunction, { payload: '{% $input %}' });
    new Workflow(made, 'Portal', { definition: step });
  },
];

it('what the roles may do is what was needed in some run, and no more', { timeout: 30_000 }, async () => {
  const { sim, run, approval, workflow, mailTo, stack } = await asked(...release('Old'));
  const portal = approval.node.findChild('Portal') as Workflow;
  await sim.deploy(refunds(...release('New', 'Old')).stack);
  // What was begun before the release is reminded of by the key that is the previous one now.
  const released = sim.calls.length;
  await sim.advance(Duration.hours(12));
  const begin = async () => {
    const begun = sim.begin(workflow, { amount: 1 });
    begun.done.catch(() => undefined);
    await sim.settle();
    return begun;
  };
  await sim.approve(mailTo('ann'));
  await sim.approve(mailTo('bob'));
  await run.done;

  // A decision that the workflow brings to itself, and one that is only known to be brought.
  for (const fault of [Fault.crashBefore(), Fault.crashAfter()]) {
    const other = await begin();
    await sim.approve(mailTo('ann'));
    sim.fault('states:SendTaskSuccess', fault);
    await sim.approve(mailTo('bob'));
    await sim.fetch(linkOf(mailTo('ann')));
    await sim.advance(Duration.days(2));
    expect(other.status).toBe('SUCCEEDED');
  }
  const unsent = await begin();
  await sim.approve(mailTo('ann'));
  sim.fault('states:SendTaskSuccess', Fault.crashBefore());
  // The reminder brings it then, and doesn't hear that it did.
  sim.fault('states:SendTaskSuccess', Fault.lostResponse().nth(2));
  await sim.approve(mailTo('bob'));
  await sim.advance(Duration.days(1));
  expect(unsent.status).toBe('SUCCEEDED');

  // One that a portal decides; one that was answered before; one that expires; one that is stopped.
  const byPortal = await begin();
  await sim.advance(Duration.hours(25));
  const { requestId, level } = sim.events(stack.node.findChild('Bus'))[0].detail as {
    requestId: string;
    level: number;
  };
  const answer = { requestId, level, by: 'pat', decision: 'approved' };
  sim.fault('states:SendTaskSuccess', Fault.crashAfter());
  await sim.start(portal, answer);
  await sim.start(portal, answer);
  expect(byPortal.status).toBe('SUCCEEDED');
  await sim.start(workflow, { amount: 1 });
  (await begin()).stop();
  await sim.settle();

  expect(approval.workflow.node.path).toBe('Refunds/Refund/Workflow');
  expectLeastPrivilege(sim);
  expect(findingsOfHandlers(sim, released)).toEqual([]);
});
