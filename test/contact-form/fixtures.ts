import * as ses from 'aws-cdk-lib/aws-ses';
import { ContactForm, type ContactFormProps, EmailSender } from '../../src';
import type { Simulator } from '../../src/simulator';
import { newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

export const ORIGIN = 'https://acme.example';
export const RECIPIENT = 'hello@acme.example';
export const MESSAGE = { name: 'Ada', email: 'ada@example.org', message: 'Hello <b>there</b>' };

/** A contact form of a stack of its own, with the usual mandatory props. */
export const contactForm = (props: Partial<ContactFormProps> = {}) => {
  const stack = newStack('Site');
  const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
  const form = new ContactForm(stack, 'Contact', {
    recipient: RECIPIENT,
    sender: EmailSender.identity(domain, 'site@acme.example'),
    allowOrigins: [ORIGIN],
    ...props,
  });
  return { stack, form };
};

/** A request's headers and raw body. */
export interface Raw {
  readonly headers?: { readonly [name: string]: string };
  readonly body: string;
  readonly method?: string;
}

/** A form that is simulated, and what a site does with it. */
export class Site {
  readonly form: ContactForm;
  readonly sim: Simulator;

  constructor(props: Partial<ContactFormProps> = {}) {
    const { stack, form } = contactForm(props);
    this.form = form;
    this.sim = simulate(stack);
  }

  /** Sends what a script of the site sends. */
  async post(body: unknown, headers: { readonly [name: string]: string } = {}): Promise<Answer> {
    return this.raw({ body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  }

  /** Sends what a browser sends of a form. */
  async submit(fields: { readonly [name: string]: string }): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.raw({ body: new URLSearchParams(fields).toString(), headers });
  }

  async raw({ headers, body, method = 'POST' }: Raw): Promise<Answer> {
    const { sim, form } = this;
    const response = await sim.fetch(sim.resolve(form.url), { method, headers: { origin: ORIGIN, ...headers }, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** What is kept, without what the form keeps for itself. */
  async kept(): Promise<{ readonly [attribute: string]: unknown }[]> {
    const items = await this.sim.items(this.form.table);
    return items.filter(({ id }) => !String(id).startsWith('confirmation#'));
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
