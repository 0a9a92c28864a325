import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Saga, Step } from 'cdk-workflow-patterns';

/** A shop's orders: reserve the stock, charge the payment, ship; and undo what was done when a step fails. */
export class OrderStack extends Stack {
  readonly orders: Saga;

  constructor(app: App, id: string) {
    super(app, id);
    this.orders = new Saga(this, 'Orders', {
      steps: [
        {
          name: 'ReserveStock',
          action: Step.invoke(this.handler('reserveStock'), { businessErrors: ['OutOfStock'] }),
          compensation: Step.invoke(this.handler('releaseStock')),
        },
        {
          name: 'ChargePayment',
          action: Step.invoke(this.handler('chargePayment'), {
            businessErrors: ['CardDeclined'],
            retryOn: ['BankBusy'],
          }),
          compensation: Step.invoke(this.handler('refundPayment')),
        },
        {
          name: 'ShipOrder',
          action: Step.invoke(this.handler('shipOrder'), { businessErrors: ['AddressUnknown'] }),
        },
      ],
      alarmTopic: new sns.Topic(this, 'OnCall', { enforceSSL: true }),
    });
  }

  private handler(name: string): lambda.Function {
    return new lambda.Function(this, name, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: `orders.${name}`,
      code: lambda.Code.fromAsset(join(__dirname, 'handlers')),
    });
  }
}
