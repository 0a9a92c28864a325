import { App } from 'aws-cdk-lib';
import { OrderStack } from './order-stack';

new OrderStack(new App(), 'Shop');
