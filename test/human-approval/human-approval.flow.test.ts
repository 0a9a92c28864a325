import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { Approver, EmailSender, ExpiryDecision, OnRejected, Saga, Step, Workflow } from '../../src';
import { type Call, Fault, Mock } from '../../src/simulator';
import { fn } from '../fixtures';
import { simulate } from '../simulator/simulate';
import { asked, emails, LEAD, linkOf, refunds } from './fixtures';

const day = Duration.days(1);

describe('an approval', () => {
  it('asks by a mail, and gives the asker what was decided, by whom, and when', async () => {
    const { sim, run, mailTo } = await asked();
    expect(mailTo('lead')).toMatchObject({
      subject: 'Approval needed: Refund 600 EUR?',
      from: 'approvals@acme.example',
    });
    expect((await sim.approve(mailTo('lead'), { comment: 'fine\nwith me' })).status).toBe(200);
    await run.done;
    expect(run.output).toEqual({
      Approve: {
        decision: 'approved',
        by: LEAD,
        at: expect.stringMatching(/^2026-01-01T00:00/),
        comment: 'fine\nwith me',
        level: 1,
      },
      PayOut: { paid: 600, by: LEAD },
    });
  });

  it('fails the asker with Approval.Rejected where it is rejected, with the comment', async () => {
    const { sim, run, mailTo } = await asked();
    expect((await sim.approve(mailTo('lead'), { decision: 'rejected', comment: 'too much' })).status).toBe(200);
    await expect(run.done).resolves.toMatchObject({
      status: 'FAILED',
      error: 'Approval.Rejected',
      cause: `Rejected by ${LEAD}: too much`,
    });
    expect(sim.runs[1].status).toBe('SUCCEEDED');
  });

  it('counts as rejected where nobody answers in time, by nobody', async () => {
    const { workflow, stack } = refunds();
    const sim = simulate(stack);
    const run = await sim.start(workflow, { amount: 900 });
    expect(run).toMatchObject({
      error: 'Approval.Rejected',
      cause: 'Rejected by nobody, as the time was over',
    });
    expect(sim.runs[1].visited).toEqual(['Open', 'Ask 1', 'Remind 1-1', 'Warn', 'Expire']);
    expect(sim.runs[1].elapsed.toDays()).toBe(2);
  });

  it('counts as approved where nobody answers, if that is said', async () => {
    const { workflow, stack } = refunds({ onExpiry: ExpiryDecision.APPROVE });
    const run = await simulate(stack).start(workflow, { amount: 900 });
    expect(run.output).toMatchObject({ Approve: { decision: 'approved', by: null, level: 1 } });
  });

  it('returns a rejection as a value, if that is said', async () => {
    const { sim, run, mailTo } = await asked({}, { onRejected: OnRejected.RETURN });
    await sim.approve(mailTo('lead'), { decision: 'rejected' });
    expect((await run.done).output).toMatchObject({ Approve: { decision: 'rejected', by: LEAD, comment: null } });
  });

  it.each([
    ['return', 'reject', 'SUCCEEDED', 'rejected'],
    ['return', 'approve', 'SUCCEEDED', 'approved'],
    ['fail', 'reject', 'FAILED', undefined],
  ])('takes %s and %s for what they say, as JavaScript writes them', async (onRejected, onExpiry, status, decision) => {
    const { workflow, stack } = refunds(
      { onExpiry: onExpiry as ExpiryDecision },
      { onRejected: onRejected as OnRejected },
    );
    const run = await simulate(stack).start(workflow, { amount: 1 });
    expect(run.status).toBe(status);
    expect((run.output as { Approve?: object } | undefined)?.Approve).toEqual(
      decision && expect.objectContaining({ decision, by: null }),
    );
  });

  it('as the outermost step returns the decision, and fails by name', async () => {
    const { approval, stack } = refunds();
    const alone = new Workflow(stack, 'Alone', { definition: approval.ask({ question: 'Go?' }) });
    const sim = simulate(stack);
    const run = sim.begin(alone);
    await sim.settle();
    await sim.approve(sim.emails[0]);
    expect((await run.done).output).toMatchObject({ decision: 'approved', by: LEAD });
    expect(run.visited).toEqual(['Alone', 'Approved?', 'Approved']);
    expect((await sim.start(alone)).error).toBe('Approval.Rejected');
  });

  it('is a business error in a saga: what went before is undone, and nothing of the approval', async () => {
    const { approval, stack } = refunds();
    const saga = new Saga(stack, 'Order', {
      steps: [
        { name: 'Hold', action: Step.invoke(fn(stack, 'HoldFn')), compensation: Step.invoke(fn(stack, 'ReleaseFn')) },
        { name: 'Ok', action: approval.ask({ question: 'Go?' }), compensation: Step.invoke(fn(stack, 'NeverFn')) },
      ],
    });
    const run = await simulate(stack).start(saga);
    expect(run.error).toBe('Saga.Compensated');
    expect(run.visited).toContain('Compensate Hold');
    expect(run.visited).not.toContain('Compensate Ok');
  });

  it.each([
    ['approved', [], 'Saga.Compensated'],
    ['rejected', ['Park Order'], 'Saga.PartlyCompensated'],
  ] as const)(
    'as a compensation that is %s is asked once, and parks what is not undone',
    async (decision, parks, end) => {
      const { approval, stack } = refunds();
      const saga = new Saga(stack, 'Orders', {
        steps: [
          {
            name: 'Order',
            action: Step.invoke(fn(stack, 'OrderFn')),
            compensation: approval.ask({ question: 'Cancelled it by phone?' }),
          },
          { name: 'Pay', action: Step.invoke(fn(stack, 'PayFn')) },
        ],
      });
      const sim = simulate(stack);
      sim.mock('Pay', Mock.fails('CardDeclined'));
      const run = sim.begin(saga);
      await sim.settle();
      await sim.approve(sim.emails[0], { decision });
      await run.done;
      expect(run.error).toBe(end);
      expect(run.visited.filter((state) => state.startsWith('Park'))).toEqual(parks);
      expect(sim.emails).toHaveLength(1);
    },
  );

  it('can be asked by any workflow: its input is the question, its output the decision', async () => {
    const { approval, stack } = refunds();
    const sim = simulate(stack);
    const run = sim.begin(approval.workflow, { question: 'Deploy?', details: { Version: '1.2' } });
    await sim.settle();
    expect(sim.emails[0].text).toContain('Version: 1.2');
    await sim.approve(sim.emails[0]);
    expect((await run.done).output).toMatchObject({ decision: 'approved', by: LEAD });
  });

  it.each([
    ['no question', {}, 'question'],
    ['an empty question', { question: ' \u202e' }, 'question'],
    ['a question that is too long', { question: 'x'.repeat(1001) }, 'question'],
    ['details that are no object', { question: 'Go?', details: ['a'] }, 'details'],
    ['a requester that is no text', { question: 'Go?', requester: 7 }, 'requester'],
  ])('fails where it is asked with %s, and tells nobody', async (_, input, field) => {
    const { approval, stack } = refunds();
    const sim = simulate(stack);
    const run = await sim.start(approval.workflow, input);
    expect(run.error).toBe('Approval.InvalidRequest');
    expect(run.cause).toContain(field);
    expect(sim.emails).toEqual([]);
  });
});

it('fails its asker with States.TaskFailed where the request is wrong, whose cause has the name', async () => {
  const { workflow, stack } = refunds({}, { question: '{% $input.question %}' });
  const run = await simulate(stack).start(workflow, { question: '' });
  expect(run.error).toBe('States.TaskFailed');
  expect(JSON.parse(run.cause ?? '')).toMatchObject({ Error: 'Approval.InvalidRequest' });
});

it('is sent with the configuration set of its sender', async () => {
  const { sim } = await asked((stack) => {
    const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Sender', 'acme.example');
    const configurationSet = new ses.ConfigurationSet(stack, 'Set', { configurationSetName: 'approvals' });
    return { sender: EmailSender.identity(domain, 'approvals@acme.example', { configurationSet }) };
  });
  expect(sim.emails).toMatchObject([{ configurationSet: 'approvals' }]);
});

describe('the time of an approval', () => {
  it('is reminded of when half of it is over, and the first link stays good', async () => {
    const { sim, run, mailTo } = await asked();
    const first = mailTo('lead');
    await sim.advance(day);
    expect(sim.emails).toHaveLength(2);
    expect(sim.emails[1].subject).toBe('Reminder: approval needed: Refund 600 EUR?');
    expect(linkOf(sim.emails[1])).toBe(linkOf(first));
    expect((await sim.approve(first)).status).toBe(200);
    expect((await run.done).status).toBe('SUCCEEDED');
  });

  it('is reminded of as often as is said', async () => {
    const { workflow, stack } = refunds({ remindAfter: Duration.hours(12) });
    const sim = simulate(stack);
    await sim.start(workflow, { amount: 1 });
    expect(sim.emails).toHaveLength(4);
  });

  it('goes to the next level when it is over, whose answer counts, and the first level comes too late', async () => {
    const levels = [
      { approvers: emails('lead'), timeout: day },
      { approvers: emails('boss'), timeout: day },
    ];
    const { sim, run, mailTo } = await asked({ levels });
    await sim.advance(day);
    const late = await sim.approve(mailTo('lead'));
    expect(late.status).toBe(410);
    expect(await late.text()).toContain('Too late');
    await sim.approve(mailTo('boss'));
    expect((await run.done).output).toMatchObject({ Approve: { by: 'boss@acme.example', level: 2 } });
    expect((await sim.approve(mailTo('lead'))).status).toBe(200);
  });

  it('takes no answer at the very instant at which a level ends', async () => {
    const { sim, mailTo } = await asked({ remindAfter: Duration.seconds(0) });
    await sim.advance(Duration.seconds(2 * 86_400 - 1));
    expect((await sim.fetch(linkOf(mailTo('lead')))).status).toBe(200);
    await sim.advance(Duration.seconds(1));
    expect((await sim.approve(mailTo('lead'))).status).toBe(200);
    expect(sim.runs[1].output).toMatchObject({ decision: 'rejected', by: null });
  });
});

describe('the end of the time', () => {
  it('is that of a page and its form, also while the workflow is about to say so', async () => {
    const { sim, run, mailTo } = await asked({ remindAfter: Duration.seconds(0) });
    const link = linkOf(mailTo('lead'));
    const nonce = /name="nonce" value="(\w+)"/.exec(await (await sim.fetch(link)).text())?.[1] ?? '';
    sim.mock('Expire', Mock.returns({ Payload: {} }).after(Duration.minutes(1)));
    await sim.advance(Duration.days(2));
    expect(run.status).toBe('RUNNING');
    const body = new URLSearchParams({ nonce, decision: 'approved' });
    for (const page of [await sim.fetch(link), await sim.fetch(link, { method: 'POST', body })]) {
      expect(page.status).toBe(410);
      expect(await page.text()).toContain('Too late');
    }
    expect(await sim.items('Refunds/Refund/Requests')).toMatchObject([{ status: 'PENDING', votes: {} }]);
  });
});

describe('several approvers', () => {
  const approvers = emails('ann', 'bob', 'eve');

  it('decide each alone, where nothing else is said', async () => {
    const { sim, run, mailTo } = await asked({ approvers });
    expect(sim.emails).toHaveLength(3);
    await sim.approve(mailTo('bob'));
    expect((await run.done).output).toMatchObject({ Approve: { by: 'bob@acme.example' } });
    const page = await sim.approve(mailTo('eve'));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('By bob@acme.example');
  });

  it('decide together, where a quorum is said: one person counts once', async () => {
    const { sim, run, mailTo } = await asked({ approvers, quorum: 2 });
    expect(await (await sim.approve(mailTo('ann'))).text()).toContain('Others have to answer as well');
    await sim.approve(mailTo('ann'));
    await sim.settle();
    expect(run.status).toBe('RUNNING');
    await sim.approve(mailTo('eve'));
    expect((await run.done).output).toMatchObject({ Approve: { by: 'eve@acme.example' } });
  });

  it('only those are reminded who have not answered', async () => {
    const { sim, mailTo } = await asked({ approvers, quorum: 2 });
    await sim.approve(mailTo('ann'));
    await sim.advance(day);
    expect(sim.emails.slice(3).map(({ to }) => to[0])).toEqual(['bob@acme.example', 'eve@acme.example']);
  });

  it('are overruled by one no', async () => {
    const { sim, run, mailTo } = await asked({ approvers, quorum: 2 });
    await sim.approve(mailTo('ann'));
    await sim.approve(mailTo('bob'), { decision: 'rejected' });
    expect((await run.done).error).toBe('Approval.Rejected');
  });

  it('without a veto are overruled only when the quorum is out of reach', async () => {
    const { sim, run, mailTo } = await asked({ approvers, quorum: 2, veto: false });
    await sim.approve(mailTo('ann'), { decision: 'rejected' });
    await sim.settle();
    expect(run.status).toBe('RUNNING');
    await sim.approve(mailTo('bob'), { decision: 'rejected' });
    expect((await run.done).error).toBe('Approval.Rejected');
  });

  it('start afresh on the next level', async () => {
    const levels = [
      { approvers, timeout: day, quorum: 2 },
      { approvers: emails('ann', 'boss'), timeout: day, quorum: 2 },
    ];
    const { sim, run, mailTo } = await asked({ levels });
    await sim.approve(mailTo('ann'));
    await sim.advance(day);
    await sim.approve(mailTo('boss'));
    await sim.settle();
    expect(run.status).toBe('RUNNING');
    await sim.approve(mailTo('ann'));
    expect((await run.done).status).toBe('SUCCEEDED');
  });
});

describe('who asks', () => {
  const requester = '{% $input.by %}';

  it('is neither told nor may decide', async () => {
    const { sim, run, mailTo } = await asked({ approvers: emails('KIM', 'lead') }, { requester });
    expect(sim.emails.map(({ to }) => to[0])).toEqual([LEAD]);
    expect(sim.emails[0].text).toContain('Requested by: kim@acme.example');
    await sim.approve(mailTo('lead'));
    expect((await run.done).status).toBe('SUCCEEDED');
  });

  it('leaves the level to the next where nobody else is in it', async () => {
    const levels = [
      { approvers: emails('kim'), timeout: day },
      { approvers: emails('boss'), timeout: day },
    ];
    const { sim } = await asked({ levels }, { requester });
    await sim.advance(Duration.minutes(5));
    expect(sim.emails.map(({ to }) => to[0])).toEqual(['boss@acme.example']);
  });

  it('fails where nobody else is in the last level, and the asker can be redriven', async () => {
    const { stack, workflow } = refunds({ approvers: emails('kim') }, { requester });
    const sim = simulate(stack);
    const run = await sim.start(workflow, { amount: 1, by: 'kim@acme.example' });
    expect(sim.runs[1].error).toBe('Approval.NotNotified');
    expect(sim.runs[1].cause).toContain(
      'level 1 needs 1 to approve, and 0 of those who may were told; who asks may not decide, unless allowSelfApproval is set',
    );
    expect(run.error).toBe('States.TaskFailed');
  });

  it('may decide, if that is said', async () => {
    const { sim, run, mailTo } = await asked({ approvers: emails('kim'), allowSelfApproval: true }, { requester });
    await sim.approve(mailTo('kim'));
    expect((await run.done).status).toBe('SUCCEEDED');
  });
});

describe('a topic', () => {
  it('gets a link by which its readers decide in its name', async () => {
    const { sim, run, stack } = await asked((made) => ({
      approvers: [Approver.topic(new sns.Topic(made, 'Chat'), 'finance')],
    }));
    const [{ message, subject }] = sim.notifications(stack.node.findChild('Chat'));
    expect(subject).toBe('Approval needed: Refund 600 EUR?');
    await sim.approve({ text: message });
    expect((await run.done).output).toMatchObject({ Approve: { by: 'finance' } });
  });

  it('is told where the mail fails, which alarms', async () => {
    const { workflow, stack } = refunds((made) => ({
      approvers: [...emails('lead'), Approver.topic(new sns.Topic(made, 'Chat'))],
    }));
    const sim = simulate(stack);
    const fault = sim.fault('ses:SendEmail', Fault.error('MessageRejected').always());
    const run = sim.begin(workflow, { amount: 1 });
    await sim.settle();
    expect(fault.hits).toBeGreaterThan(0);
    expect(sim.notifications(stack.node.findChild('Chat'))).toHaveLength(1);
    expect(sim.logs.map(({ text }) => text).join()).toContain('"NotificationsFailed":1');
    expect(run.status).toBe('RUNNING');
  });
});

describe('a level of which nobody could be told', () => {
  it('is left for the next one after it was told again three times, within 15 seconds', async () => {
    const levels = [
      { approvers: emails('lead'), timeout: day },
      { approvers: emails('boss'), timeout: day },
    ];
    const { workflow, stack } = refunds({ levels });
    const sim = simulate(stack);
    const toLead = (call: { request: unknown }) => JSON.stringify(call.request).includes('lead@');
    const fault = sim.fault('ses:SendEmail', Fault.error('MessageRejected').always().where(toLead));
    sim.begin(workflow, { amount: 1 }).done.catch(() => undefined);
    await sim.advance(Duration.seconds(15));
    expect(sim.emails.map(({ to }) => to[0])).toEqual(['boss@acme.example']);
    expect(fault.hits).toBe(4);
  });

  it('fails the approval where it is the last one, and tells each approver once in all attempts', async () => {
    const { workflow, stack } = refunds({ approvers: emails('ann', 'bob'), quorum: 2 });
    const sim = simulate(stack);
    const toBob = (call: { request: unknown }) => JSON.stringify(call.request).includes('bob@');
    sim.fault('ses:SendEmail', Fault.error('MessageRejected').always().where(toBob));
    const run = await sim.start(workflow, { amount: 1 });
    expect(run.error).toBe('States.TaskFailed');
    expect(sim.runs[1].error).toBe('Approval.NotNotified');
    expect(sim.runs[1].cause).not.toContain('allowSelfApproval');
    expect(sim.emails).toHaveLength(1);
  });

  it('fails in a reminder nothing', async () => {
    const { workflow, stack } = refunds();
    const sim = simulate(stack);
    sim.fault('ses:SendEmail', Fault.error('MessageRejected').nth(2).times(9));
    const run = await sim.start(workflow, { amount: 1 });
    expect(run.error).toBe('Approval.Rejected');
    expect(sim.runs[1].elapsed.toDays()).toBe(2);
  });
});

describe('an execution that is gone', () => {
  it('takes no answer when its asker was stopped, and the page says so', async () => {
    const { sim, run, mailTo, approval } = await asked();
    const mail = mailTo('lead');
    run.stop();
    await sim.settle();
    expect(sim.runs[1].status).toBe('ABORTED');
    for (const page of [await sim.fetch(linkOf(mail)), await sim.approve(mail)]) {
      expect(page.status).toBe(410);
      expect(await page.text()).toContain('No longer open');
    }
    expect((await sim.items(approval.node.path.concat('/Requests')))[0].status).toBe('PENDING');
    const rows = await sim.items(approval.node.path.concat('/Audit'));
    expect(rows.map(({ action, method, approver }) => [action, method, approver])).toEqual(
      Array(2).fill(['VIEWED', 'GET', LEAD]),
    );
  });
});

describe('keys', () => {
  const spec = { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC };
  const release = (names: string[]) =>
    refunds((stack) => {
      const [linkKey, ...previousLinkKeys] = names.map((name) => new kms.Key(stack, name, spec));
      return { linkKey, previousLinkKeys };
    });

  it('are replaced while executions run, whose reminders go on with the key that they began with', async () => {
    const { stack, workflow } = release(['Old']);
    const sim = simulate(stack);
    const run = sim.begin(workflow, { amount: 1 });
    await sim.settle();
    await sim.deploy(release(['New', 'Old']).stack);
    await sim.advance(day);
    expect(sim.emails).toHaveLength(2);
    expect(linkOf(sim.emails[1])).toBe(linkOf(sim.emails[0]));
    await sim.approve(sim.emails[1]);
    expect((await run.done).status).toBe('SUCCEEDED');
  });

  it('are replaced while links are out: those of the previous key stay good', async () => {
    const { stack, workflow } = release(['Old']);
    const sim = simulate(stack);
    const run = sim.begin(workflow, { amount: 1 });
    await sim.settle();
    const link = linkOf(sim.emails[0]);
    await sim.deploy(release(['New', 'Old']).stack);
    await sim.approve(sim.emails[0]);
    expect((await run.done).status).toBe('SUCCEEDED');
    await sim.deploy(release(['New']).stack);
    expect((await sim.fetch(link)).status).toBe(404);
  });
});

describe('what Step Functions does not know any more', () => {
  it.each(['TaskDoesNotExist', 'InvalidToken', 'TaskTimedOut'])('takes no answer: %s', async (code) => {
    const { sim, mailTo } = await asked();
    sim.fault('states:SendTaskSuccess', Fault.error(code).always());
    const page = await sim.approve(mailTo('lead'));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Approved</title>');
  });

  it('is closed: an execution that was forgotten', async () => {
    const { sim, mailTo } = await asked();
    sim.fault('states:DescribeExecution', Fault.error('ExecutionDoesNotExist').always());
    const page = await sim.fetch(linkOf(mailTo('lead')));
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('No longer open');
  });
});

describe('a metric', () => {
  const NAMES = ['NotificationsFailed', 'PendingSeconds', 'SignaturesRefused'];

  it('is a line of the log that is EMF at its root, as CloudWatch finds it nowhere else', async () => {
    const { sim, mailTo } = await asked();
    await sim.fetch(linkOf(mailTo('lead')).replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    sim.fault('ses:SendEmail', Fault.error('MessageRejected').always());
    await sim.advance(Duration.hours(40));
    const lines = sim.logs.flatMap(({ text }) => text.split('\n')).filter((line) => line.includes('_aws'));
    const metrics = lines.map((line) => JSON.parse(line));
    for (const { _aws, ...rest } of metrics) {
      expect(_aws.Timestamp).toBeGreaterThan(0);
      const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
      expect([Namespace, Dimensions]).toEqual(['CdkWorkflowPatterns', [['Approval']]]);
      expect(rest).toEqual({ Approval: 'Refunds/Refund', [Metrics[0].Name]: expect.any(Number) });
    }
    expect(metrics.map(({ _aws }) => _aws.CloudWatchMetrics[0].Metrics[0].Name).sort()).toEqual(NAMES);
  });
});

describe('what is kept', () => {
  it('has a row for an answer that the page died of, before the next level forgets it', async () => {
    const levels = [
      { approvers: emails('ann', 'bob'), timeout: Duration.hours(1), quorum: 2 },
      { approvers: emails('boss'), timeout: Duration.hours(1) },
    ];
    const { sim, run, mailTo } = await asked({ levels, remindAfter: Duration.seconds(0) });
    const votes = (call: Call) => JSON.stringify(call.request).includes('#votes.#who');
    sim.fault('dynamodb:UpdateItem', Fault.crashAfter().where(votes));
    expect((await sim.approve(mailTo('ann'), { comment: 'yes by ann' })).status).toBe(500);
    await sim.advance(Duration.minutes(61));
    await sim.approve(mailTo('boss'));
    await run.done;
    const answers = (await sim.items('Refunds/Refund/Audit')).filter(({ action }) => action === 'ANSWERED');
    expect(answers.map(({ approver, comment }) => [approver, comment]).sort()).toEqual([
      ['ann@acme.example', 'yes by ann'],
      ['boss@acme.example', null],
    ]);
  });

  it('has rows that are never written over', async () => {
    const { sim, run, mailTo } = await asked();
    await sim.approve(mailTo('lead'));
    await run.done;
    await sim.fetch(linkOf(mailTo('lead')));
    const puts = sim.calls.filter(
      ({ action, resource }) => action === 'dynamodb:PutItem' && /Audit/.test(`${resource}`),
    );
    expect(puts.length).toBeGreaterThan(0);
    for (const { request } of puts) {
      expect(request).toMatchObject({ ConditionExpression: 'attribute_not_exists(id)' });
    }
  });

  it('has no token once it has done its work, and none in any mail, page, log or event', async () => {
    const { sim, run, mailTo } = await asked();
    const [{ taskToken }] = await sim.items('Refunds/Refund/Requests');
    expect(String(taskToken).length).toBeGreaterThan(20);
    const page = await sim.fetch(linkOf(mailTo('lead')));
    await sim.approve(mailTo('lead'));
    await run.done;
    const [request] = await sim.items('Refunds/Refund/Requests');
    expect(request).toMatchObject({ status: 'SENT', outcome: { decision: 'approved' } });
    const said = [...sim.emails, await page.text(), ...sim.logs, request, ...(await sim.items('Refunds/Refund/Audit'))];
    expect(JSON.stringify(said)).not.toContain(taskToken);
  });

  it('has a row for each view and each answer, with hashes of the addresses, and goes some time afterwards', async () => {
    const { sim, run, mailTo } = await asked();
    await sim.fetch(linkOf(mailTo('lead')));
    await sim.approve(mailTo('lead'), { comment: 'fine' });
    await run.done;
    const rows = await sim.items('Refunds/Refund/Audit');
    expect(rows.map(({ action, method, approver }) => [action, method, approver])).toEqual(
      expect.arrayContaining([
        ['VIEWED', 'GET', LEAD],
        ['VIEWED', 'POST', LEAD],
        ['ANSWERED', 'POST', LEAD],
      ]),
    );
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toContain('203.0.113.1');
    expect(rows.every(({ executionArn }) => executionArn === sim.runs[1].executionArn)).toBe(true);
    await sim.advance(Duration.days(35));
    expect(await sim.items('Refunds/Refund/Requests')).toEqual([]);
    expect(await sim.items('Refunds/Refund/Audit')).toHaveLength(4);
    expect((await sim.fetch(linkOf(mailTo('lead')))).status).toBe(404);
  });

  it('tells by its hashes whether two came from one address, of one request alone, and not from which', async () => {
    const { sim, workflow, mailTo } = await asked();
    const view = async (sourceIp: string) => {
      await sim.fetch(linkOf(mailTo('lead')), { sourceIp });
      return (await sim.items('Refunds/Refund/Audit')).map(({ ipHash }) => ipHash);
    };
    await view('203.0.113.1');
    await view('203.0.113.1');
    const ofOne = await view('203.0.113.2');
    expect(ofOne).toHaveLength(3);
    expect(new Set(ofOne).size).toBe(2);
    expect(ofOne).not.toContain(createHash('sha256').update('203.0.113.1').digest('hex').slice(0, 32));
    sim.begin(workflow, { amount: 1 }).done.catch(() => undefined);
    await sim.settle();
    const ofBoth = await view('203.0.113.1');
    expect(ofBoth).toHaveLength(4);
    expect(new Set(ofBoth).size).toBe(3);
  });

  it('says where an approval expired', async () => {
    const { workflow, stack } = refunds();
    const sim = simulate(stack);
    await sim.start(workflow, { amount: 900 });
    expect(await sim.items('Refunds/Refund/Audit')).toMatchObject([
      { action: 'EXPIRED', decision: 'rejected', level: 1 },
    ]);
  });
});

it('the asker can be mocked, as any other task', async () => {
  const { stack, workflow } = refunds();
  const sim = simulate(stack);
  sim.mock('Approve.Ask', Mock.returns({ Output: { decision: 'approved', by: 'test', comment: null } }));
  expect((await sim.start(workflow, { amount: 1 })).status).toBe('SUCCEEDED');
});

it('fails in a test that answers a message without a link', async () => {
  const { sim } = await asked();
  await expect(sim.approve({ text: 'https://acme.example/r/1' })).rejects.toThrow(/has no link to an API/);
});
