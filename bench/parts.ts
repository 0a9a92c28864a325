import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What both sagas are given: functions and a topic, which somebody wrote already. */
export interface Parts {
  readonly bookFlight: lambda.Function;
  readonly cancelFlight: lambda.Function;
  readonly bookHotel: lambda.Function;
  readonly cancelHotel: lambda.Function;
  readonly chargeCard: lambda.Function;
  readonly onCall: sns.ITopic;
}

export const parts = (scope: Construct): Parts => {
  const fn = (id: string) =>
    new lambda.Function(scope, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({ ok: true });'),
    });
  return {
    bookFlight: fn('BookFlight'),
    cancelFlight: fn('CancelFlight'),
    bookHotel: fn('BookHotel'),
    cancelHotel: fn('CancelHotel'),
    chargeCard: fn('ChargeCard'),
    onCall: new sns.Topic(scope, 'OnCall'),
  };
};
