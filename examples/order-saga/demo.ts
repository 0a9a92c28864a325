import { App } from 'aws-cdk-lib';
import { report, Simulator } from 'cdk-workflow-patterns/simulator';
import { OrderStack } from './order-stack';

const ORDERS = [
  { id: '1001', quantity: 2, price: 40, address: 'Storgata 1, Oslo' },
  { id: '1002', quantity: 1, price: 600, bank: 'slow', address: '' },
];

const main = async () => {
  const shop = new OrderStack(new App(), 'Shop');
  const sim = Simulator.fromStack(shop);
  try {
    for (const order of ORDERS) {
      const run = await sim.start(shop.orders, order);
      console.log(`Order ${order.id}: ${report(run)}`);
      if (run.cause) console.log(`  Undone: ${JSON.parse(run.cause).compensated.join(', ')}`);
      console.log();
    }
  } finally {
    await sim.close();
  }
};

void main();
