import { App, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { FanOut, Items, Step } from '../../src';
import { fn } from '../fixtures';
import { acknowledged, findings } from '../nag';

it.each([
  ['AwsSolutions', AwsSolutionsChecks],
  ['Serverless', ServerlessChecks],
])('fan-outs have no %s finding that is not acknowledged by its exact id', (_, Pack) => {
  const app = new App();
  const stack = new Stack(app, 'Media');
  const bucket = new s3.Bucket(stack, 'Uploads', {
    encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    enforceSSL: true,
    serverAccessLogsPrefix: 'log/',
  });
  const step = (id: string) => Step.invoke(acknowledged(fn(stack, id)));
  new FanOut(stack, 'Channels', { items: Items.at('{% $input.to %}'), step: step('NotifyFn') });
  new FanOut(stack, 'Thumbnails', { items: Items.objects(bucket, 'in/'), step: step('ResizeFn'), maxConcurrency: 100 });
  new FanOut(stack, 'Rows', {
    items: Items.csv(bucket, '{% $input.key %}', { keyPrefix: 'rows/' }),
    step: step('RowFn'),
    maxConcurrency: 100,
    resultsBucket: bucket,
  });
  expect(findings({ app, stack }, new Pack(app))).toEqual([]);
});
