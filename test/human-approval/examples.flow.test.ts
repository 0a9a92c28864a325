import { App, Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ExpenseStack } from '../../examples/expense-approval/expense-stack';
import { LoanStack } from '../../examples/loan-application/loan-stack';
import { simulate } from '../simulator/simulate';

const dinner = { employee: 'kim@acme.example', purpose: 'Dinner with a customer', receipt: 'R-17' };

describe('the expenses', () => {
  const spent = async (amount: number, employee = dinner.employee) => {
    const stack = new ExpenseStack(new App(), 'Expenses');
    const sim = simulate(stack);
    const run = sim.begin(stack.expenses, { ...dinner, amount, employee });
    await sim.settle();
    const mailTo = (name: string) => sim.emails.filter(({ to }) => to[0].startsWith(`${name}@`)).at(-1) ?? {};
    return { sim, run, mailTo };
  };

  it('are paid at once where they are small', async () => {
    const { sim, run } = await spent(40);
    expect((await run.done).output).toMatchObject({ Pay: { paid: 40 } });
    expect(sim.emails).toEqual([]);
  });

  it('are paid when the team lead approves', async () => {
    const { sim, run, mailTo } = await spent(600);
    await sim.approve(mailTo('lead'));
    expect((await run.done).output).toMatchObject({
      Decide: { by: 'lead@acme.example', level: 1 },
      Pay: { paid: 600 },
    });
  });

  it('go to finance after two days, where two of three have to approve', async () => {
    const { sim, run, mailTo } = await spent(600);
    await sim.advance(Duration.days(2));
    await sim.approve(mailTo('ann'));
    expect(run.status).toBe('RUNNING');
    await sim.approve(mailTo('eve'));
    expect((await run.done).output).toMatchObject({ Decide: { by: 'eve@finance.acme.example', level: 2 } });
  });

  it('of the team lead go to finance at once', async () => {
    const { sim } = await spent(600, 'lead@acme.example');
    await sim.advance(Duration.minutes(2));
    expect(sim.emails.map(({ to }) => to[0]).sort()).toEqual(
      ['ann', 'bob', 'eve'].map((name) => `${name}@finance.acme.example`),
    );
  });

  it('are not paid where nobody answers', async () => {
    const stack = new ExpenseStack(new App(), 'Expenses');
    const run = await simulate(stack).start(stack.expenses, { ...dinner, amount: 600 });
    expect([run.error, run.elapsed.toDays()]).toEqual(['Approval.Rejected', 5]);
  });
});

describe('a loan', () => {
  it.each([
    ['approved', 'APPROVED'],
    ['rejected', 'REJECTED'],
  ] as const)('that an officer %s ends so in the table', async (decision, status) => {
    const stack = new LoanStack(new App(), 'Loans');
    const sim = simulate(stack);
    const run = sim.begin(stack.loans, { id: 'L1', customer: 'Ada', amount: 20_000 });
    await sim.settle();
    expect(await sim.items(stack.applications)).toEqual([{ id: 'L1', status: 'WAITING_FOR_OFFICER' }]);
    const [{ message }] = sim.notifications(stack.officers);
    expect(message).toContain('Lend 20000 EUR to Ada?');
    expect(message).toContain('Credit score: 80');
    await sim.approve({ text: message }, { decision });
    expect((await run.done).status).toBe('SUCCEEDED');
    expect(await sim.items(stack.applications)).toEqual([{ id: 'L1', status }]);
  });
});
