import { App } from 'aws-cdk-lib';
import { LoanStack } from './loan-stack';

new LoanStack(new App(), 'Loans');
