import { App } from 'aws-cdk-lib';
import { FraudStack } from './fraud-stack';

new FraudStack(new App(), 'Bank');
