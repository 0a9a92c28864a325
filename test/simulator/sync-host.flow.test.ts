import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, it } from 'vitest';
import { fn, newStack } from '../fixtures';
import { machine, simulate } from './simulate';
import { STATES_CLIENT } from './states-client';

/** What an SDK does with the host of StartSyncExecution, by the module with which it sends. */
const SENDING = {
  'node:http': `
    const text = await new Promise((resolve, reject) => {
      const options = { method: 'POST', host: 'sync-' + endpoint.hostname, port: endpoint.port, path: '/', headers: headers('StartSyncExecution') };
      require('node:http').request(options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(text);
      }).on('error', reject).end(body);
    });
    return JSON.parse(text);`,
  'node:https': `
    const response = await new Promise((resolve, reject) => {
      const options = { method: 'POST', hostname: 'sync-states.us-east-1.amazonaws.com', path: '/', headers: headers('StartSyncExecution') };
      require('node:https').request(options, resolve).on('error', reject).end(body);
    });
    let text = '';
    for await (const chunk of response) text += chunk;
    return JSON.parse(text);`,
};

it.each(Object.entries(SENDING))(
  'StartSyncExecution reaches the endpoint by its own host name (%s)',
  async (_name, send) => {
    const stack = newStack();
    const express = new sfn.StateMachine(stack, 'Express', {
      stateMachineType: sfn.StateMachineType.EXPRESS,
      definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Echo')),
    });
    const handler = fn(
      stack,
      'Handler',
      `${STATES_CLIENT}
    const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
    const body = JSON.stringify({ stateMachineArn: process.env.MACHINE, input: '{"n":1}' });
    ${send}`,
      { environment: { MACHINE: express.stateMachineArn } },
    );
    const { stateMachineArn } = express;
    handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [stateMachineArn] }),
    );
    const workflow = machine(
      stack,
      new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction: handler, payloadResponseOnly: true }),
    );
    const run = await simulate(stack).start(workflow);
    expect(run.output).toMatchObject({ status: 'SUCCEEDED', output: '{"n":1}' });
    expect(run.calls.at(-1)).toMatchObject({ action: 'states:StartSyncExecution', verdict: 'allowed' });
  },
);
