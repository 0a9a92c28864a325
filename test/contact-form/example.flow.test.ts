import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { ContactStack } from '../../examples/contact-form/contact-stack';
import { simulate } from '../simulator/simulate';

test.each([
  ['taken', false, 202],
  ['mailed', true, 200],
])('the example answers when a message is %s', async (_what, sync, status) => {
  const stack = new ContactStack(new App(), 'Site', { siteUrl: 'https://acme.example', sync });
  const sim = simulate(stack);
  const response = await sim.fetch(sim.resolve(stack.contact.url), {
    headers: { origin: 'https://acme.example' },
    body: { name: 'Ada', email: 'ada@example.org', topic: 'Sales', message: 'Hello' },
  });
  expect(response.status).toBe(status);
  await sim.settle();
  expect(sim.emails).toMatchObject([
    {
      from: '"Acme website" <site@acme.example>',
      to: ['hello@acme.example'],
      replyTo: ['ada@example.org'],
      subject: 'Message from Ada',
      text: 'Hello\n\nAda <ada@example.org>\nSales\n',
    },
  ]);
});
