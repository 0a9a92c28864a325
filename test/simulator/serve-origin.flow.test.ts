import { request } from 'node:http';
import * as api from 'aws-cdk-lib/aws-apigateway';
import { expect, test } from 'vitest';
import { fn, newStack } from '../fixtures';
import { simulate } from './simulate';

/** What a function sees as the origin of a request that a browser sends to the API that is served here. */
const originSeen = async (originOf: (url: URL) => string) => {
  const stack = newStack();
  const body = 'return { statusCode: 200, body: event.headers.Origin + " " + event.requestContext.domainName };';
  const rest = new api.RestApi(stack, 'Api');
  rest.root.addMethod('POST', new api.LambdaIntegration(fn(stack, 'Handler', body)));
  const url = new URL(await simulate(stack).serve(rest));
  const text = await new Promise<string>((resolve, reject) => {
    const options = { method: 'POST', headers: { Origin: originOf(url) } };
    request(url, options, async (response) => {
      let all = '';
      for await (const chunk of response) all += chunk;
      resolve(all);
    })
      .on('error', reject)
      .end('x');
  });
  const [origin, domainName] = text.split(' ');
  return { origin, own: `https://${domainName}` };
};

test("a page that a served API showed is of the API's own origin, as it is in AWS", async () => {
  const { origin, own } = await originSeen((url) => url.origin);
  expect(origin).toBe(own);
});

test('a page from elsewhere keeps its origin', async () => {
  const { origin } = await originSeen(() => 'http://localhost:1');
  expect(origin).toBe('http://localhost:1');
});
