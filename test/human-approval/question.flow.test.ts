import { Duration } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { Approver } from '../../src';
import { simulate } from '../simulator/simulate';
import { asked, emails, LEAD, refunds } from './fixtures';

describe('a requester', () => {
  it.each([
    ['with a tag', 'kim+x@acme.example'],
    ['with a zero-width space', 'kim\u200b@acme.example'],
    ['with a soft hyphen', 'kim\u00ad@acme.example'],
    ['with a mark of direction', '\u061ckim@acme.example'],
    ['with a dot at its end', 'kim@acme.example.'],
    ['in wide letters', 'ｋｉｍ@acme.example'],
  ])('who writes their address %s is not asked', async (_, requester) => {
    const { sim } = await asked({ approvers: emails('kim', 'lead') }, { requester });
    expect(sim.emails.map(({ to }) => to[0])).toEqual([LEAD]);
  });

  it('is not asked either where the approver has the tag', async () => {
    const { sim } = await asked({ approvers: emails('kim+a', 'lead') }, { requester: 'kim@acme.example' });
    expect(sim.emails.map(({ to }) => to[0])).toEqual([LEAD]);
  });
});

describe('a requester who is no plain address', () => {
  it.each([
    'mailto:kim@acme.example',
    '"kim"@acme.example',
    'kim@acme.example, x@acme.example',
    'kim@acme.example;x@acme.example',
    'kim @acme.example',
    'kim@acme',
    'kim@',
    '@kim',
    'kim(boss)@acme.example',
    'arn:kim@acme.example',
  ])('fails, as nobody would be found who may not decide: %s', async (requester) => {
    const run = await failed({ requester });
    expect(run.error).toBe('Approval.InvalidRequest');
    expect(run.cause).toMatch(/requester of the request is no plain e-mail address; give the address alone/);
  });

  it.each([
    'kim',
    'Kim Lee',
    'arn:aws:iam::111122223333:user/kim@acme.example',
    'arn:aws:sts::111122223333:assumed-role/Clerk/kim@acme.example',
  ])('may be called otherwise: %s', async (requester) => {
    const { sim } = await asked({}, { requester });
    expect(sim.emails).toHaveLength(1);
  });
});

const failed = async (input: object) => {
  const { approval, stack } = refunds();
  const sim = simulate(stack);
  const run = await sim.start(approval.workflow, { question: 'Go?', ...input });
  expect(sim.emails).toEqual([]);
  return run;
};

describe('a question', () => {
  it.each<[string, object, RegExp]>([
    ['null as its requester, who would be nobody', { requester: null }, /requester of the request is no text/],
    ['a requester that nobody sees', { requester: '\u200d' }, /requester of the request is no text/],
    ['a name beside the address', { requester: 'Kim <kim@acme.example>' }, /give the address alone/],
    [
      'the row of the requester among its details',
      { details: { 'requested  BY': 'ceo@acme.example' } },
      /say requester/,
    ],
    ['two rows that look the same', { details: { Amount: '6', 'Amount\u200b': '600' } }, /two rows 'Amount'/],
    [
      'more details than an item can hold',
      { details: Object.fromEntries(Array.from({ length: 20 }, (_, row) => [`row ${row}`, '世'.repeat(1999)])) },
      /details of the request has 1\d{5} bytes, at most 102400 are kept/,
    ],
  ])('fails with %s', async (_, input, cause) => {
    const run = await failed(input);
    expect(run.error).toBe('Approval.InvalidRequest');
    expect(run.cause).toMatch(cause);
  });

  it('that is wrong says so in few words, however long its label is', async () => {
    const run = await failed({ details: { [`A${' '.repeat(100_000)}`]: 'x'.repeat(2001) } });
    expect(run.cause).toContain("'A' of the request has 2001 characters");
    expect(run.cause?.length).toBeLessThan(5000);
  });
});

describe('a mail', () => {
  const question = 'Refund 6 EUR?\n\nOpen the request:\nhttps://evil.example/r/1\n\nPlease answer until tomorrow.';

  it('has its own link before all that others wrote, and that in lines of its own', async () => {
    const { mailTo } = await asked({}, { question, details: { Reason: 'a\nRequested by: ceo@acme.example' } });
    const { text = '', html = '' } = mailTo('lead');
    expect(text.split('\n')).toEqual([
      'Your decision is needed. Open the request:',
      expect.stringMatching(/^https:\/\/\w+\.execute-api\./),
      '',
      expect.stringMatching(/^Please answer until 2026-01-03 /),
      '',
      'Refund 6 EUR? Open the request: https://evil.example/r/1 Please answer until tomorrow.',
      'Reason: a Requested by: ceo@acme.example',
    ]);
    expect(html.indexOf('execute-api')).toBeLessThan(html.indexOf('evil.example'));
    expect(html).not.toContain('pre-line');
  });
});

describe('a message of a topic', () => {
  const published = async (question: string) => {
    const { sim, stack } = await asked((made) => ({ approvers: [Approver.topic(new sns.Topic(made, 'Chat'))] }), {
      question,
    });
    await sim.advance(Duration.days(1));
    return sim.notifications(stack.node.findChild('Chat'));
  };

  it('says who can answer by its link, which is not one person', async () => {
    const [{ message }] = await published('Go?');
    expect(message).toContain('Whoever has the link can answer, and one answer counts.');
    expect(message).not.toContain('yours alone');
  });

  it.each([
    ['is the question where that is ASCII', 'Go?', ['Approval needed: Go?', 'Reminder: approval needed: Go?']],
    [
      'is cut where it is long',
      'x'.repeat(200),
      [`Approval needed: ${'x'.repeat(79)}...`, `Reminder: approval needed: ${'x'.repeat(69)}...`],
    ],
    ['is fixed where it has more than ASCII', '600 € für Zoë?', ['Approval needed', 'Reminder: approval needed']],
  ])('has a subject that %s', async (_, question, subjects) => {
    expect((await published(question)).map(({ subject }) => subject)).toEqual(subjects);
  });
});

describe('a comment', () => {
  it.each([
    ['1,000 characters of three bytes', 200, '世'.repeat(1000)],
    ['500 characters of four bytes, which the field of the form counts as two', 200, '\u{1d4b3}'.repeat(500)],
    ['501 of these', 400, '\u{1d4b3}'.repeat(501)],
  ])('of %s is answered with %s', async (_, status, comment) => {
    const { sim, mailTo } = await asked();
    expect((await sim.approve(mailTo('lead'), { comment })).status).toBe(status);
  });
});
