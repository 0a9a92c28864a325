import type { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { expect, test } from 'vitest';
import { fn, newStack } from '../../../fixtures';
import { simulate } from '../../simulate';
import { invoker, SDK } from '../sdk';

const CALLS = `${SDK}
  const answers = [];
  for (const [operation, input] of event) {
    const { body } = await send({ service: 'secretsmanager', target: 'secretsmanager.' + operation, body: input });
    answers.push(body);
  }
  return answers;`;

/** A secret, and a function that makes calls about it. */
const secretOf = (
  props: secretsmanager.SecretProps = {},
  grant = (secret: secretsmanager.Secret, grantee: ReturnType<typeof fn>) => void secret.grantRead(grantee),
) => {
  const stack = newStack();
  const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'app/key', ...props });
  const handler = fn(stack, 'Handler', CALLS);
  grant(secret, handler);
  return { stack, secret, ...asking(stack, handler) };
};

const asking = (stack: Stack, handler: ReturnType<typeof fn>) => {
  const workflow = invoker(stack, handler);
  return {
    start: (seed = 1) => {
      const sim = simulate(stack, { seed });
      const ask = async (...calls: [string, object][]) => (await sim.start(workflow, calls)).output as Answer[];
      const get = async (input = {}) => (await ask(['GetSecretValue', { SecretId: 'app/key', ...input }]))[0];
      return { sim, ask, get };
    },
  };
};

type Answer = { readonly [name: string]: string };

test('a generated value looks random, keeps to what is asked of it, and is the same for the same seed', async () => {
  const generateSecretString = { passwordLength: 40, excludePunctuation: true, excludeCharacters: 'aeiou' };
  const { secret, start } = secretOf({ generateSecretString });
  const { sim, get } = start();
  const { SecretString: value } = await get();
  expect(value).toMatch(/^[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-zAEIOU0-9]{40}$/);
  expect(value).toMatch(/[a-z]/);
  expect(value).toMatch(/[0-9]/);
  expect(sim.secretValue(secret)).toBe(value);
  expect(start().sim.secretValue(secret)).toBe(value);
  expect(start(2).sim.secretValue(secret)).not.toBe(value);
});

test('a generated value stands in its template', async () => {
  const generateSecretString = { secretStringTemplate: '{"user":"me"}', generateStringKey: 'password' };
  const { get } = secretOf({ generateSecretString }).start();
  expect(JSON.parse((await get()).SecretString)).toEqual({ user: 'me', password: expect.stringMatching(/^.{32}$/s) });
});

test('a rotation makes the value the previous one', async () => {
  const { secret, start } = secretOf();
  const { sim, get } = start();
  const before = await get();
  sim.rotateSecret(secret);
  const [now, previous] = [await get(), await get({ VersionStage: 'AWSPREVIOUS' })];
  expect(now.SecretString).not.toBe(before.SecretString);
  expect(now).toMatchObject({ VersionStages: ['AWSCURRENT'] });
  expect(previous).toEqual({ ...before, VersionStages: ['AWSPREVIOUS'] });
  expect(await get({ VersionId: before.VersionId })).toEqual(previous);
});

test('a version has no stage after two rotations, and can still be had by its id', async () => {
  const { secret, start } = secretOf();
  const { sim, get } = start();
  const { VersionId } = await get();
  sim.rotateSecret(secret, 'second');
  sim.rotateSecret(secret, 'third');
  expect(await get({ VersionId })).toMatchObject({ VersionStages: [] });
  expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'second' });
});

test('a secret is called by its name, its ARN, and that without its end', async () => {
  const { start } = secretOf();
  const { ask, get } = start();
  const { ARN } = await get();
  const answers = await ask(
    ['GetSecretValue', { SecretId: ARN }],
    ['GetSecretValue', { SecretId: ARN.slice(0, -7) }],
    ['DescribeSecret', { SecretId: 'app/key' }],
  );
  expect(answers.map(({ Name }) => Name)).toEqual(['app/key', 'app/key', 'app/key']);
});

test('fails for a stage that no version has', async () => {
  const { get } = secretOf().start();
  expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({
    __type: 'com.amazonaws.secretsmanager#ResourceNotFoundException',
  });
});

test('fails for a role that may not read it', async () => {
  const { get } = secretOf({}, () => undefined).start();
  const { __type, message } = await get();
  expect(__type).toContain('AccessDeniedException');
  expect(message).toMatch(/is not authorized to perform: secretsmanager:GetSecretValue on resource/);
});

test('a secret with a key of its own is read by those who may decrypt with it', async () => {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'app/key', encryptionKey });
  const handler = fn(stack, 'Handler', CALLS);
  secret.grantRead(handler);
  const { sim, get } = asking(stack, handler).start();
  expect(await get()).toHaveProperty('SecretString');
  expect(sim.calls.slice(-2).map(({ action, allowed }) => [action, allowed])).toEqual([
    ['secretsmanager:GetSecretValue', true],
    ['kms:Decrypt', true],
  ]);
});

test('fails with an operation that the simulator does not have', async () => {
  const { ask } = secretOf().start();
  await expect(ask(['PutSecretValue', { SecretId: 'app/key' }])).rejects.toThrow("Secrets Manager's PutSecretValue");
});
