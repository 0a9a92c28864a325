import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import { ContactForm, EmailSender, FormField } from 'cdk-workflow-patterns';

/** What differs from site to site. */
export interface ContactStackProps {
  /** Where the site in the folder `site` is. */
  readonly siteUrl: string;
  /** Whether visitors wait until the mail is sent. */
  readonly sync?: boolean;
}

/** The contact form of a site, with a field of its own. */
export class ContactStack extends Stack {
  readonly contact: ContactForm;

  constructor(app: App, id: string, { siteUrl, sync }: ContactStackProps) {
    super(app, id);
    const domain = ses.EmailIdentity.fromEmailIdentityName(this, 'Domain', 'acme.example');
    this.contact = new ContactForm(this, 'Contact', {
      recipient: 'hello@acme.example',
      sender: EmailSender.identity(domain, 'site@acme.example', { name: 'Acme website' }),
      allowOrigins: [new URL(siteUrl).origin],
      thankYouUrl: `${siteUrl}/thanks.html`,
      fields: [
        FormField.text('name', { maxLength: 100 }),
        FormField.email('email', { label: 'E-mail' }),
        FormField.choice('topic', ['Sales', 'Support'], { required: false }),
        FormField.multiline('message', { maxLength: 2000 }),
      ],
      mail: {
        subject: 'Message from {{name}}',
        text: '{{message}}\n\n{{name}} <{{email}}>\n{{topic}}\n',
      },
      retention: Duration.days(30),
      sync,
    });
    new CfnOutput(this, 'FormUrl', {
      value: this.contact.url,
      description: 'The action of the form in site/index.html',
    });
  }
}
