import { Duration, Stage } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import { expect, test } from 'vitest';
import { Captcha, ContactForm, type ContactFormProps, EmailSender } from '../../src';
import { expectLeastPrivilege, Fault, type Simulator } from '../../src/simulator';
import { unusedPermissions } from '../../src/simulator/least-privilege';
import { Deployed } from '../../src/simulator/template/deployed';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';
import { MESSAGE, ORIGIN } from './fixtures';

const withEverything = (props: Partial<ContactFormProps>) => {
  const stack = newStack('Site');
  const identity = new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain('acme.example') });
  const configurationSet = new ses.ConfigurationSet(stack, 'Set', { reputationMetrics: true });
  const form = new ContactForm(stack, 'Contact', {
    recipient: 'hello@acme.example',
    sender: EmailSender.identity(identity, 'site@acme.example', { name: 'Acme', configurationSet }),
    allowOrigins: [ORIGIN],
    minFillTime: Duration.seconds(1),
    captcha: Captcha.checkedBy('captcha', fn(stack, 'Check', 'return true;')),
    ...props,
  });
  return { stack, form, sim: simulate(stack) };
};

const send = async (sim: Simulator, form: ContactForm) => {
  const url = sim.resolve(form.url);
  const { stamp } = (await (await sim.fetch(url, { headers: { origin: ORIGIN } })).json()) as { stamp: string };
  await sim.advance(Duration.seconds(2));
  const body = { ...MESSAGE, stamp, captcha: 'x' };
  const response = await sim.fetch(url, { headers: { origin: ORIGIN }, body });
  await sim.settle();
  return response.status;
};

const confirmation = { subject: 'Thank you', text: '{{id}}' };

test.each([
  ['asynchronous', {}, 202],
  ['asynchronous form with confirmations', { confirmation }, 202],
  ['synchronous', { sync: true }, 200],
] as const)('the roles of an %s form may do what it does, and no more', async (_what, props, status) => {
  const { stack, form, sim } = withEverything(props);
  expect(await send(sim, form)).toBe(status);
  // Another content, that SES refuses.
  await sim.advance(Duration.hours(2));
  sim.fault('ses:SendEmail', Fault.error('MessageRejected'));
  await send(sim, form);
  await sim.start(form.workflow, { resend: 'nothing' });
  expectLeastPrivilege(sim);
  const { directory } = (Stage.of(stack) as Stage).synth();
  const handler = sim.calls.find(({ source }) => source === 'handler');
  const unused = unusedPermissions(String(handler?.roleArn), sim.calls, new Deployed(directory));
  // Lambda itself writes the log.
  expect(unused.filter((permission) => !permission.startsWith('logs:'))).toEqual([]);
  expect(sim.calls.filter(({ allowed }) => !allowed)).toEqual([]);
});

test('IAM judges each mail by its sender and its recipient', async () => {
  const { form, sim } = withEverything({});
  await send(sim, form);
  const sent = sim.calls.find(({ action }) => action === 'ses:SendEmail');
  expect(sent?.context).toMatchObject({
    'ses:FromAddress': 'site@acme.example',
    'ses:Recipients': ['hello@acme.example'],
  });
});
