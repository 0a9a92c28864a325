import { describe, expect, it } from 'vitest';
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

describe('a comment', () => {
  it.each([
    ['1,000 characters of three bytes', 200, '世'.repeat(1000)],
    ['1,000 characters of four bytes', 400, '\u{1d4b3}'.repeat(1000)],
  ])('of %s is answered with %s', async (_, status, comment) => {
    const { sim, mailTo } = await asked();
    expect((await sim.approve(mailTo('lead'), { comment })).status).toBe(status);
  });
});
