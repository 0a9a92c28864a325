import { App, Lazy, Stack } from 'aws-cdk-lib';
import * as api from 'aws-cdk-lib/aws-apigateway';
import * as sns from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { newStack } from '../fixtures';
import { simulate } from './simulate';

test('a string without tokens is itself', () => {
  const stack = newStack();
  new sns.Topic(stack, 'Topic');
  expect(simulate(stack).resolve('plain')).toBe('plain');
});

test('a token is what it names, also inside a text and where it is lazy', async () => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic', { topicName: 'news' });
  const rest = new api.RestApi(stack, 'Api');
  rest.root.addMethod('GET', new api.MockIntegration({ integrationResponses: [{ statusCode: '200' }] }), {
    methodResponses: [{ statusCode: '200' }],
  });
  const sim = simulate(stack);
  const arn = 'arn:aws:sns:us-east-1:123456789012:news';
  expect(sim.resolve(topic.topicArn)).toBe(arn);
  expect(sim.resolve(`<${topic.topicArn}>`)).toBe(`<${arn}>`);
  expect(sim.resolve(Lazy.string({ produce: () => topic.topicArn }))).toBe(arn);
  expect(sim.resolve(rest.url)).toMatch(/^https:\/\/\w{10}\.execute-api\.us-east-1\.amazonaws\.com\/prod\/$/);
});

test('a request goes where the token of a URL leads', async () => {
  const stack = newStack();
  const rest = new api.RestApi(stack, 'Api');
  rest.root.addMethod(
    'GET',
    new api.MockIntegration({
      integrationResponses: [{ statusCode: '200' }],
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
    }),
    { methodResponses: [{ statusCode: '200' }] },
  );
  expect((await simulate(stack).fetch(rest.url)).status).toBe(200);
});

test('a token is of the stack that it comes from, whichever stack is simulated', () => {
  const app = new App();
  const first = new Stack(app, 'First');
  const second = new Stack(app, 'Second');
  const topics = [first, second].map((stack) => new sns.Topic(stack, 'Topic'));
  const sim = simulate(first);
  const [one, two] = topics.map((topic) => sim.resolve(topic.topicArn));
  expect(one).toContain('First');
  expect(two).toContain('Second');
});

test('fails for tokens of several stacks in one text', () => {
  const app = new App();
  const topics = ['First', 'Second'].map((id) => new sns.Topic(new Stack(app, id), 'Topic'));
  const sim = simulate(topics[0].stack);
  expect(() => sim.resolve(`${topics[0].topicArn} ${topics[1].topicArn}`)).toThrow(
    'tokens of several stacks (First, Second)',
  );
});
