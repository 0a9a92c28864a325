import { App } from 'aws-cdk-lib';
import { ExpenseStack } from './expense-stack';

new ExpenseStack(new App(), 'Expenses');
