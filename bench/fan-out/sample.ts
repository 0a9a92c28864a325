import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { FanOut, Items, Step } from '../../src';
import { Mock, Simulator } from '../../src/simulator';

/** One fan-out over so many lines of a file, with a mocked step: how long it took, and the memory of the process. */
const main = async (count: number) => {
  const stack = new Stack(new App(), 'Bench');
  const bucket = new s3.Bucket(stack, 'Data');
  const work = new lambda.Function(stack, 'Work', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => 1;'),
  });
  const fanOut = new FanOut(stack, 'Each', {
    items: Items.jsonLines(bucket, 'items.jsonl'),
    step: Step.invoke(work),
    maxConcurrency: 1000,
  });
  const sim = Simulator.fromStack(stack);
  sim.mock('Each.Item', Mock.returns({ done: true }));
  sim.putObject(bucket, 'items.jsonl', Array.from({ length: count }, (_, n) => `{"n":${n}}`).join('\n'));
  const began = performance.now();
  const run = await sim.start(fanOut);
  const milliseconds = performance.now() - began;
  const { succeeded } = run.output as { succeeded: number };
  if (succeeded !== count) throw new Error(`${succeeded} of ${count} items succeeded`);
  await sim.close();
  console.log(JSON.stringify({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
};

void main(Number(process.argv[2]));
