import { onTestFinished } from 'vitest';
import { Credentials } from '../../../../src/simulator/services/credentials';
import type { InvokeResult } from '../../../../src/simulator/services/lambda/function-runner';
import { LambdaService } from '../../../../src/simulator/services/lambda/lambda-service';
import { type FakeResource, fakeContext, inlineFunction } from '../fakes';

/** A Lambda of these functions, closed after the test. */
export function lambdaOf(functions: readonly FakeResource[], assets?: { [key: string]: string }): LambdaService {
  const service = new LambdaService({
    context: fakeContext(functions, assets),
    credentials: new Credentials(),
    // Nobody listens there.
    endpoint: async () => 'http://127.0.0.1:9',
  });
  onTestFinished(() => service.close());
  return service;
}

/** What a payload says. */
type Value = { readonly [name: string]: unknown };

/** Invokes one function once. */
export async function invokeOnce(
  source: string,
  properties?: { [name: string]: unknown },
  event: unknown = {},
): Promise<InvokeResult & { readonly value: Value }> {
  const result = await lambdaOf([inlineFunction('fn', source, properties)]).invoke('fn', JSON.stringify(event));
  return { ...result, value: JSON.parse(result.payload) };
}
