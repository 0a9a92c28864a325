import { gzipSync } from 'node:zlib';
import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { FanOut, type FanOutProps, Items, Saga, Step, Tolerance, Workflow } from '../../src';
import { expectLeastPrivilege, Mock } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

type Stack = ReturnType<typeof newStack>;
type Report = {
  total: number;
  succeeded: number;
  failed: number;
  pending: number;
  resultsUri: string;
  failedItemsUri?: string;
};

const POISON =
  'if (event.input.poison) throw new TypeError("poison"); return { done: event.input, key: event.idempotencyKey, results: event.results };';

const distributed = (
  props: Partial<FanOutProps> | ((stack: Stack, bucket: s3.Bucket) => Partial<FanOutProps>) = {},
) => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Data');
  const work = fn(stack, 'WorkFn', POISON);
  const workflow = new FanOut(stack, 'Each', {
    items: Items.inputDistributed('{% $input.items %}'),
    step: Step.invoke(work),
    maxConcurrency: 10,
    ...(typeof props === 'function' ? props(stack, bucket) : props),
  });
  const sim = simulate(stack);
  const read = async (uri: string) => {
    const [, name, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    const objects = await sim.objects(name, key);
    return JSON.parse(String(objects[0].body));
  };
  return { stack, bucket, workflow, sim, read };
};

const poisoned = (total: number, every: number) =>
  Array.from({ length: total }, (_, n) => ({ n, ...(n % every === 0 ? { poison: true } : {}) }));

describe('a distributed fan-out', () => {
  it('does each item in an execution of its own, and reports how many', async () => {
    const { sim, workflow } = distributed();
    const run = await sim.start(workflow, { items: [{ n: 1 }, { n: 2 }] });
    expect(run.output).toEqual({
      total: 2,
      succeeded: 2,
      failed: 0,
      pending: 0,
      resultsUri: expect.stringMatching(/^s3:\/\/.*\/manifest\.json$/),
    });
    expect(run.visited).toEqual(['Each', 'Report']);
    expect(run.mapRuns[0].children.map(({ status, visited }) => [status, visited])).toEqual([
      ['SUCCEEDED', ['Each.Item']],
      ['SUCCEEDED', ['Each.Item']],
    ]);
  });

  it('gives each item a key of its own, under the name of the execution', async () => {
    const { sim, workflow } = distributed();
    const run = await sim.start(workflow, { items: [{ n: 1 }, { n: 2 }] });
    expect(run.mapRuns[0].children.map(({ output }) => output)).toEqual([
      { done: { n: 1 }, key: `${run.name}/0#Each.Item`, results: {} },
      { done: { n: 2 }, key: `${run.name}/1#Each.Item`, results: {} },
    ]);
  });

  it('succeeds with no items', async () => {
    const { sim, workflow } = distributed();
    expect((await sim.start(workflow, { items: [] })).output).toMatchObject({ total: 0, failed: 0 });
  });

  it('fails where an item does and none may, and keeps the item with its key and error', async () => {
    const { sim, workflow } = distributed();
    const run = await sim.start(workflow, { items: [{ n: 1, poison: true }] });
    expect([run.status, run.error]).toEqual(['FAILED', 'States.ExceedToleratedFailureThreshold']);
    const [message] = await sim.messages(workflow.deadLetterQueues[0]);
    expect(JSON.parse(message.body)).toMatchObject({
      idempotencyKey: `${run.name}/0#Each.Item`,
      error: 'TypeError',
      input: { n: 1, poison: true },
    });
  });

  it.each<[string, Tolerance, string]>([
    ['3 items of 100, by count', Tolerance.count(3), 'SUCCEEDED'],
    ['3 items of 100, where 2 may', Tolerance.count(2), 'FAILED'],
    ['3 items of 100, by percentage', Tolerance.percentage(3), 'SUCCEEDED'],
    ['3 items of 100, where 2 % may', Tolerance.percentage(2), 'FAILED'],
    ['3 items of 100, where 3 and 2 % may', Tolerance.countAndPercentage(3, 2), 'FAILED'],
  ])('tolerates failures: %s', async (_, tolerance, status) => {
    const { sim, workflow } = distributed({ tolerance });
    const run = await sim.start(workflow, { items: poisoned(100, 40) });
    expect(run.status).toBe(status);
    if (status === 'SUCCEEDED') expect(await sim.messages(workflow.deadLetterQueues[0])).toHaveLength(3);
  });

  it('keeps what succeeded and what failed in files that the report names', async () => {
    const { sim, workflow, read } = distributed({ tolerance: Tolerance.percentage(50) });
    const { output } = await sim.start(workflow, { items: poisoned(4, 2) });
    const report = output as Report;
    expect(report).toMatchObject({ total: 4, succeeded: 2, failed: 2, pending: 0 });
    const failed = await read(report.failedItemsUri as string);
    expect(failed.map(({ Input, Error: error }: Record<string, string>) => [JSON.parse(Input).item.n, error])).toEqual([
      [0, 'TypeError'],
      [2, 'TypeError'],
    ]);
    const manifest = await read(report.resultsUri);
    expect(manifest.ResultFiles.SUCCEEDED).toHaveLength(1);
  });

  it('goes on with the items that failed alone when it is redriven', async () => {
    const { sim, workflow } = distributed();
    sim.mock(
      'Each.Item',
      Mock.calls((request) => {
        const { input } = request as { input: { n: number } };
        return input.n === 2 && tries++ === 0 ? Promise.reject(new Error('once')) : input.n;
      }),
    );
    let tries = 0;
    const run = await sim.start(workflow, { items: [{ n: 1 }, { n: 2 }, { n: 3 }] });
    expect(run.status).toBe('FAILED');
    run.redrive();
    await sim.advance(Duration.hours(1));
    expect(run.output).toMatchObject({ total: 3, succeeded: 3, failed: 0 });
    expect(tries).toBe(2);
  });

  it('works on no more at once than it is told', async () => {
    const { sim, workflow } = distributed({ maxConcurrency: 2 });
    sim.mock('Each.Item', Mock.returns(1).after(Duration.seconds(10)));
    expect((await sim.start(workflow, { items: [1, 2, 3, 4, 5] })).elapsed.toSeconds()).toBe(30);
  });

  it('tries an item again whose function is throttled', async () => {
    const { sim, workflow } = distributed();
    sim.mock('Each.Item', Mock.sequence(Mock.fails('Lambda.TooManyRequestsException'), Mock.returns(1)));
    expect((await sim.start(workflow, { items: [1] })).output).toMatchObject({ succeeded: 1, failed: 0 });
  });

  it('fails for an item over 256 KiB', async () => {
    const { sim, workflow, bucket } = distributed((_, data) => ({ items: Items.json(data, 'a.json') }));
    await sim.putObject(bucket, 'a.json', JSON.stringify(['x'.repeat(300 * 1024)]));
    const run = await sim.start(workflow, {});
    expect(run.status).toBe('FAILED');
    expect(run.error).toMatch(/^States\./);
  });
});

describe('items in S3', () => {
  const run = async (items: (bucket: s3.Bucket) => Items, files: Record<string, string>, input: object = {}) => {
    const { sim, workflow, bucket } = distributed((_, data) => ({ items: items(data) }));
    for (const [key, body] of Object.entries(files)) await sim.putObject(bucket, key, body);
    const done = await sim.start(workflow, input);
    return { done, items: done.mapRuns[0].children.map(({ output }) => (output as { done: unknown }).done) };
  };

  it('are the objects of a prefix', async () => {
    const { items } = await run((bucket) => Items.objects(bucket, 'in/'), { 'in/a': 'x', 'in/b': 'yy', 'out/c': 'z' });
    expect(items).toMatchObject([
      { Key: 'in/a', Size: 1 },
      { Key: 'in/b', Size: 2 },
    ]);
  });

  it('are the elements of a JSON array', async () => {
    expect((await run((bucket) => Items.json(bucket, 'a.json'), { 'a.json': '[{"n":1},{"n":2}]' })).items).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });

  it('are the lines of a file', async () => {
    expect(
      (await run((bucket) => Items.jsonLines(bucket, 'a.jsonl'), { 'a.jsonl': '{"n":1}\n{"n":2}\n' })).items,
    ).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('are the lines of a CSV file', async () => {
    expect(
      (await run((bucket) => Items.csv(bucket, 'a.csv'), { 'a.csv': 'id,name\n1,Ada\n2,"Eve, too"\n' })).items,
    ).toEqual([
      { id: '1', name: 'Ada' },
      { id: '2', name: 'Eve, too' },
    ]);
  });

  it('are the objects that an inventory lists, in files beside its manifest', async () => {
    const { sim, workflow, bucket } = distributed((_, data) => ({
      items: Items.inventory(data, 'inv/2026-01-01T00-00Z/manifest.json'),
    }));
    const manifest = {
      destinationBucket: `arn:aws:s3:::${sim.resolve(bucket.bucketName)}`,
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key',
      files: [{ key: 'inv/data/one.csv.gz' }, { key: 'inv/data/two.csv' }],
    };
    sim.putObject(bucket, 'inv/2026-01-01T00-00Z/manifest.json', JSON.stringify(manifest));
    sim.putObject(bucket, 'inv/data/one.csv.gz', gzipSync('"photos","a.png"\n"photos","b.png"'));
    sim.putObject(bucket, 'inv/data/two.csv', '"photos","c.png"');
    const done = await sim.start(workflow);
    expect(done.output).toMatchObject({ total: 3, succeeded: 3, failed: 0 });
    const items = done.mapRuns[0].children.map(({ output }) => (output as { done: unknown }).done);
    expect(items).toEqual(['a', 'b', 'c'].map((name) => ({ Bucket: 'photos', Key: `${name}.png` })));
    expect(done.calls.filter(({ allowed }) => !allowed)).toEqual([]);
  });

  it('are where the input says', async () => {
    const { items } = await run(
      (bucket) => Items.json(bucket, '{% $input.key %}', { keyPrefix: 'in/' }),
      { 'in/b.json': '[{"n":7}]' },
      { key: 'in/b.json' },
    );
    expect(items).toEqual([{ n: 7 }]);
  });

  it('fail where the input names a key outside of the prefix', async () => {
    const { done } = await run(
      (bucket) => Items.json(bucket, '{% $input.key %}', { keyPrefix: 'in/' }),
      { 'secret.json': '[1]' },
      { key: 'secret.json' },
    );
    expect([done.status, done.error]).toEqual(['FAILED', 'States.ItemReaderFailed']);
  });

  it('fail where the file is missing', async () => {
    const { done } = await run((bucket) => Items.json(bucket, 'none.json'), {});
    expect([done.status, done.error]).toEqual(['FAILED', 'States.ItemReaderFailed']);
  });

  it('that are none succeed', async () => {
    const { done } = await run((bucket) => Items.json(bucket, 'a.json'), { 'a.json': '[]' });
    expect(done.output).toMatchObject({ total: 0 });
  });

  it('in a bucket with a key are read with it', async () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') });
    const workflow = new FanOut(stack, 'Each', {
      items: Items.json(bucket, 'a.json'),
      step: Step.invoke(fn(stack, 'WorkFn')),
      maxConcurrency: 1,
      resultsBucket: bucket,
    });
    const sim = simulate(stack);
    await sim.putObject(bucket, 'a.json', '[1]');
    const done = await sim.start(workflow, {});
    expect(done.status).toBe('SUCCEEDED');
    expect(done.calls.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']),
    );
  });
});

describe('batches', () => {
  it('come as the items that a function is given at once, each whole', async () => {
    const { sim, workflow } = distributed((stack) => ({
      step: Step.invoke(fn(stack, 'BatchFn', 'return event;')),
      batch: { maxItems: 2 },
    }));
    const run = await sim.start(workflow, { items: [1, [2, [3]], { n: 4 }, null, 'five'] });
    expect(run.mapRuns[0].children.map(({ output }) => output)).toEqual([
      { input: { items: [1, [2, [3]]] }, results: {}, idempotencyKey: `${run.name}/0#Each.Item` },
      { input: { items: [{ n: 4 }, null] }, results: {}, idempotencyKey: `${run.name}/2#Each.Item` },
      { input: { items: ['five'] }, results: {}, idempotencyKey: `${run.name}/4#Each.Item` },
    ]);
    expect(run.output).toMatchObject({ total: 5, succeeded: 5 });
  });

  it('that fail count all their items as failed', async () => {
    const { sim, workflow } = distributed((stack) => ({
      step: Step.invoke(
        fn(stack, 'BatchFn', 'if (event.input.items.some((item) => item.poison)) throw new Error("no");'),
      ),
      batch: { maxItems: 2 },
      tolerance: Tolerance.percentage(60),
    }));
    const run = await sim.start(workflow, { items: poisoned(4, 3) });
    expect(run.status).toBe('FAILED');
    const some = await sim.start(workflow, { items: [{ poison: true }, {}, {}, {}] });
    expect(some.output).toMatchObject({ total: 4, succeeded: 2, failed: 2 });
  });
});

describe('items that failed', () => {
  const twice = (batch?: FanOutProps['batch']) => {
    const stack = newStack();
    const step = Step.invoke(
      fn(
        stack,
        'WorkFn',
        POISON.replaceAll('event.input.poison', '(event.input.items ?? [event.input]).some((item) => item.poison)'),
      ),
    );
    const first = new FanOut(stack, 'First', {
      items: Items.inputDistributed('{% $input.items %}'),
      step,
      batch,
      maxConcurrency: 5,
      tolerance: Tolerance.percentage(100),
    });
    const again = new FanOut(stack, 'Again', { items: Items.failedItems(first), step, maxConcurrency: 5 });
    return { sim: simulate(stack), first, again };
  };

  it.each<[string, FanOutProps['batch']]>([
    ['by themselves', undefined],
    ['in batches', { maxItems: 2 }],
  ])('are done again, under the keys that they had: %s', async (_, batch) => {
    const { sim, first, again } = twice(batch);
    const run = await sim.start(first, { items: poisoned(6, 3) });
    expect(run.output).toMatchObject({ failed: batch ? 4 : 2 });
    sim.mock(
      'Again.Item',
      Mock.calls((request) => (request as { idempotencyKey: string }).idempotencyKey),
    );
    const redone = await sim.start(again, run.output);
    expect(redone.output).toMatchObject({ total: 2, succeeded: 2, failed: 0 });
    expect(redone.mapRuns[0].children.map(({ output }) => output)).toEqual([
      `${run.name}/0#Again.Item`,
      `${run.name}/${batch ? 2 : 3}#Again.Item`,
    ]);
  });
});

describe('the step of an item', () => {
  it('sees the results before the fan-out, and the item, wherever it stands', async () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Flow', {
      definition: Step.sequence([
        { name: 'Before', step: Step.invoke(fn(stack, 'BeforeFn', 'return "b";')) },
        {
          name: 'Each',
          step: Step.fanOut({
            items: Items.inputDistributed('{% $input.items %}'),
            maxConcurrency: 1,
            step: Step.sequence([
              {
                name: 'One',
                step: Step.invoke(fn(stack, 'OneFn', 'return [event.input, event.results, event.idempotencyKey];')),
              },
              {
                name: 'Inner',
                step: Step.fanOut({
                  items: Items.at('{% $input.parts %}'),
                  step: Step.invoke(
                    fn(stack, 'PartFn', 'return [event.input, Object.keys(event.results), event.idempotencyKey];'),
                  ),
                }),
              },
            ]),
          }),
        },
        { name: 'After', step: Step.invoke(fn(stack, 'AfterFn', 'return event.results.Each.total;')) },
      ]),
      timeout: Duration.hours(1),
    });
    const run = await simulate(stack).start(workflow, { items: [{ parts: ['p', 'q'] }] });
    expect(run.output).toMatchObject({ Before: 'b', Each: { total: 1 }, After: 1 });
    expect(run.mapRuns[0].children[0].output).toEqual({
      One: [{ parts: ['p', 'q'] }, { Before: 'b' }, `${run.name}/0#Each.Item.One`],
      Inner: [
        ['p', ['Before', 'One'], `${run.name}/0/0#Each.Item.Inner.Item`],
        ['q', ['Before', 'One'], `${run.name}/0/1#Each.Item.Inner.Item`],
      ],
    });
  });

  it('may be a saga: each item is undone by itself', async () => {
    const { sim, workflow } = distributed((stack) => ({
      step: Step.saga({
        steps: [
          {
            name: 'Book',
            action: Step.invoke(fn(stack, 'BookFn', 'return "booked";')),
            compensation: Step.invoke(fn(stack, 'UnbookFn', 'return event;')),
          },
          { name: 'Pay', action: Step.invoke(fn(stack, 'PayFn', 'if (event.input.poor) throw new Error("no");')) },
        ],
      }),
      tolerance: Tolerance.percentage(50),
    }));
    const run = await sim.start(workflow, { items: [{ n: 1 }, { n: 2, poor: true }] });
    expect(run.output).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
    expect(run.mapRuns[0].children[1].error).toBe('Saga.Compensated');
    const undo = run.mapRuns[0].children[1].calls.find(({ stateName }) => stateName?.endsWith('Compensate Book'));
    expect(JSON.parse(String(undo?.request.Payload))).toMatchObject({
      input: { n: 2 },
      result: 'booked',
      idempotencyKey: `${run.name}/1#Each.Item.Book`,
    });
  });

  it('may be plain CDK states, which get the item', async () => {
    const { sim, workflow } = distributed((stack) => ({
      step: Step.chain(sfn.Pass.jsonata(stack, 'Own', { outputs: '{% { "got": $states.input } %}' })),
    }));
    const run = await sim.start(workflow, { items: [{ n: 1 }] });
    expect(run.mapRuns[0].children[0].output).toEqual({ got: { n: 1 } });
  });
});

it('may be a compensation, whose items get what it would get', async () => {
  const stack = newStack();
  const saga = new Saga(stack, 'Saga', {
    steps: [
      {
        name: 'Book',
        action: Step.invoke(fn(stack, 'BookFn', 'return ["seat 1", "seat 2"];')),
        compensation: Step.fanOut({
          items: Items.inputDistributed('{% $result %}'),
          step: Step.invoke(fn(stack, 'FreeFn', 'return event;')),
          maxConcurrency: 2,
        }),
      },
      { name: 'Pay', action: Step.invoke(fn(stack, 'PayFn', 'throw new Error("no");')) },
    ],
    timeout: Duration.hours(1),
  });
  const run = await simulate(stack).start(saga, {});
  expect(run.error).toBe('Saga.Compensated');
  expect(run.mapRuns[0].children.map(({ output }) => output)).toMatchObject([
    { input: 'seat 1', result: ['seat 1', 'seat 2'], error: { step: 'Pay', error: 'Error' } },
    { input: 'seat 2', result: ['seat 1', 'seat 2'], error: { step: 'Pay', error: 'Error' } },
  ]);
});

it('has least privilege, all its paths together', async () => {
  const { sim, workflow, bucket } = distributed((_, data) => ({ items: Items.json(data, 'a.json') }));
  await sim.putObject(bucket, 'a.json', '[{"n":1},{"poison":true}]');
  const failed = await sim.start(workflow, {});
  failed.redrive();
  await sim.advance(Duration.hours(1));
  await sim.putObject(bucket, 'a.json', '[{"n":1}]');
  await sim.start(workflow, {});
  sim.mock('Each.Item', Mock.returns(1).after(Duration.minutes(1)));
  const stopped = sim.begin(workflow, {});
  await sim.settle();
  stopped.stop();
  await sim.settle();
  expectLeastPrivilege(sim);
});

it('reports exactly the 300 poison items of 10,000', async () => {
  const { sim, workflow } = distributed({ tolerance: Tolerance.percentage(3), maxConcurrency: 1000 });
  sim.mock(
    'Each.Item',
    Mock.calls((request) => {
      const { input } = request as { input: { poison?: boolean } };
      if (input.poison) throw new Error('poison');
      return 1;
    }),
  );
  const items = Array.from({ length: 10_000 }, (_, n) => (n % 100 < 3 ? { n, poison: true } : { n }));
  const { output } = await sim.start(workflow, { items });
  expect(output).toMatchObject({ total: 10_000, succeeded: 9_700, failed: 300, pending: 0 });
  const parked = await sim.messages(workflow.deadLetterQueues[0]);
  const expected = items.filter(({ poison }) => poison).map(({ n }) => n);
  expect(parked.map(({ body }) => JSON.parse(body).input.n).sort((a, b) => a - b)).toEqual(expected);
}, 60_000);
