import type { Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { type CallAwsOptions, Step, Workflow } from '../../src';
import { Simulator } from '../../src/simulator';
import { definitions, newStack } from '../fixtures';

const open: Simulator[] = [];
afterEach(async () => {
  for (const sim of open.splice(0)) await sim.close();
});

const storing = (more: (table: dynamodb.Table) => Partial<CallAwsOptions> = () => ({})) => {
  const stack: Stack = newStack();
  const table = new dynamodb.Table(stack, 'Orders', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
  const definition = Step.callAws({
    service: 'dynamodb',
    action: 'putItem',
    parameters: {
      TableName: table.tableName,
      Item: { id: { S: '{% $input.id %}' } },
      ConditionExpression: 'attribute_not_exists(id)',
    },
    iamAction: 'dynamodb:PutItem',
    iamResources: [table.tableArn],
    ...more(table),
  });
  const workflow = new Workflow(stack, 'Store', { definition });
  return { stack, table, workflow };
};

const simulate = (stack: Stack): Simulator => {
  const sim = Simulator.fromStack(stack);
  open.push(sim);
  return sim;
};

describe('a call of an AWS API', () => {
  it('does what it says, with exactly the permission that it states', async () => {
    const { stack, table, workflow } = storing();
    const sim = simulate(stack);
    const run = await sim.start(workflow, { id: 'o1' });
    expect(run.status).toBe('SUCCEEDED');
    expect(await sim.items(table)).toEqual([{ id: 'o1' }]);
    expect(run.calls).toMatchObject([{ action: 'dynamodb:PutItem', allowed: true }]);
    expect(sim.unusedPermissions(workflow)).toEqual([]);
  });

  it('fails with the error of the service', async () => {
    const { stack, workflow } = storing();
    const sim = simulate(stack);
    await sim.start(workflow, { id: 'o1' });
    expect((await sim.start(workflow, { id: 'o1' })).error).toBe('DynamoDb.ConditionalCheckFailedException');
  });

  it('is denied what its permission does not cover', async () => {
    const { stack, workflow } = storing(() => ({ iamAction: 'dynamodb:GetItem' }));
    const run = await simulate(stack).start(workflow, { id: 'o1' });
    expect(run.status).toBe('FAILED');
    expect(run.calls).toMatchObject([{ action: 'dynamodb:PutItem', allowed: false }]);
  });

  it('keeps of the response what its output says', async () => {
    const { stack, workflow } = storing((table) => ({
      action: 'getItem',
      parameters: { TableName: table.tableName, Key: { id: { S: '{% $input.id %}' } } },
      iamAction: 'dynamodb:GetItem',
      output: "{% $exists($result.Item) ? 'found' : 'missing ' & $input.id %}",
    }));
    expect((await simulate(stack).start(workflow, { id: 'o1' })).output).toBe('missing o1');
  });

  it('retries the throttling and the faults of its service first', () => {
    const retry = definitions(storing(() => ({ retryOn: ['Busy'] })).stack)[0].States.Store.Retry ?? [];
    expect(retry.map((rule) => rule.ErrorEquals[0])).toEqual([
      'DynamoDb.ThrottlingException',
      'DynamoDb.SdkClientException',
      'Busy',
    ]);
  });

  it.each<[Partial<CallAwsOptions>, string]>([
    [{ service: 'DynamoDB' }, "'Store' calls DynamoDB:putItem; give the service in lower case"],
    [
      { action: 'PutItem' },
      "'Store' calls dynamodb:PutItem; give the service in lower case and the action in camel case",
    ],
    [{ iamAction: 'dynamodb:*' }, "the iamAction 'dynamodb:*'; give one action without wildcards"],
    [{ iamResources: [] }, "'Store' has no iamResources"],
    [{ parameters: { 'Key.$': '$.id' } }, "has 'Key.$', which is JSONPath"],
    [{ businessErrors: ['No'], retryOn: ['No'] }, "'Store' has No both in businessErrors"],
    [{ businessErrors: ['States.ALL'] }, "'Store' has 'States.ALL' in businessErrors"],
  ])('fails for %j', (more, message) => {
    expect(() => storing(() => more)).toThrow(message);
  });
});
