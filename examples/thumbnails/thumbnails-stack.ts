import { type App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { FanOut, Items, Step, Tolerance } from 'cdk-workflow-patterns';

/** Thumbnails of all pictures in a folder: a few may fail, and can be done again. */
export class ThumbnailsStack extends Stack {
  readonly uploads: s3.Bucket;
  readonly thumbnails: FanOut;
  readonly again: FanOut;

  constructor(app: App, id: string) {
    super(app, id);
    this.uploads = new s3.Bucket(this, 'Uploads', { enforceSSL: true });
    const resize = Step.invoke(
      new lambda.Function(this, 'Resize', {
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline(`exports.handler = async ({ input }) => {
          if (!/[.](png|jpg)$/.test(input.Key)) throw new Error(input.Key + ' is no picture');
          return { thumbnail: input.Key.replace('incoming/', 'thumbnails/') };
        };`),
      }),
    );
    this.thumbnails = new FanOut(this, 'Thumbnails', {
      items: Items.objects(this.uploads, 'incoming/'),
      step: resize,
      maxConcurrency: 100,
      tolerance: Tolerance.percentage(5),
    });
    // Started with what an earlier run returned, it does again what failed then.
    this.again = new FanOut(this, 'ThumbnailsAgain', {
      items: Items.failedItems(this.thumbnails),
      step: resize,
      maxConcurrency: 10,
    });
  }
}
