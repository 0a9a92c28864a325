import { App } from 'aws-cdk-lib';
import { ContactStack } from './contact-stack';

const app = new App();
const siteUrl = 'https://acme.example';
new ContactStack(app, 'Site', { siteUrl });
new ContactStack(app, 'SiteThatWaits', { siteUrl, sync: true });
